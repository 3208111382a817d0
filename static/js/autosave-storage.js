// Keeps an author's text in this browser while the site is unreachable: one entry for each account and post, with a
// copy for each form key.
import { tryStorage } from "./try-storage.js";
import { read, sweep, write } from "./draft-storage.js";

const PREFIX = "registan.writing ";

// The copies of one account and post ("" for a new post).
export const savedCopies = (user, post) => {
  const name = `${PREFIX}${user} ${post || "new"}`;
  tryStorage(() => sweep(PREFIX));
  return {
    all: () => Object.entries(read(name)),
    // False if the browser stores nothing, or has no room.
    put: (key, copy) => write(name, { ...read(name), [key]: { ...copy, at: Date.now() } }) === true,
    forget: (key) => {
      const { [key]: removed, ...rest } = read(name);
      if (removed) write(name, rest);
    },
  };
};
