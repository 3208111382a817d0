// What an author wrote while the site was away, kept in this browser until the site has it: under a name for each
// account and post, by the key of the form.
import { attempt } from "./try-storage.js";
import { read, sweep, write } from "./draft-storage.js";

const PREFIX = "registan.writing ";

// The copies of one account and post ("" for new posts).
export const keptFor = (user, post) => {
  const name = `${PREFIX}${user} ${post || "new"}`;
  attempt(() => sweep(PREFIX));
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
