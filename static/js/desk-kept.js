// What an author wrote while the site was away, kept in this browser until the site has it: under a name for each
// account and post, by the key of the form. A month at most, and no more than a few forms of one post.
import { attempt } from "./attempt.js";

const PREFIX = "registan.writing ";
const KEEP_DAYS = 30;
const FORMS = 3;

const read = (name) => attempt(() => JSON.parse(localStorage.getItem(name))) ?? {};
const write = (name, copies) => attempt(() => {
  const kept = Object.entries(copies).sort(([, one], [, other]) => other.at - one.at).slice(0, FORMS);
  if (kept.length) localStorage.setItem(name, JSON.stringify(Object.fromEntries(kept)));
  else localStorage.removeItem(name);
  return true;
});

const forgetOld = () => {
  const oldest = Date.now() - KEEP_DAYS * 24 * 60 * 60 * 1000;
  for (const name of Object.keys(localStorage).filter((one) => one.startsWith(PREFIX))) {
    const all = Object.entries(read(name));
    const left = all.filter(([, { at }]) => at > oldest);
    if (left.length < all.length) write(name, Object.fromEntries(left));
  }
};

// The copies of one account and post ("" for new posts).
export const keptFor = (user, post) => {
  const name = `${PREFIX}${user} ${post || "new"}`;
  attempt(forgetOld);
  return {
    all: () => Object.entries(read(name)),
    // False where the browser keeps nothing, or no more.
    put: (key, copy) => write(name, { ...read(name), [key]: { ...copy, at: Date.now() } }) === true,
    forget: (key) => {
      const { [key]: gone, ...left } = read(name);
      if (gone) write(name, left);
    },
  };
};
