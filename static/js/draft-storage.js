// Copies of typed text in localStorage: under each name several copies by key, each with its time `at`. Only the newest
// few of a name stay, for a month at most.
import { tryStorage } from "./try-storage.js";

const DAYS = 30;
// Tabs with the same form; nobody has more than three.
const MAX_COPIES = 3;

export const newest = (copies) => Object.entries(copies).sort(([, a], [, b]) => b.at - a.at);
export const read = (name) => tryStorage(() => JSON.parse(localStorage.getItem(name))) ?? {};

// True, or undefined if the browser stores nothing or has no room.
export const write = (name, copies) => tryStorage(() => {
  const saved = newest(copies).slice(0, MAX_COPIES);
  if (saved.length) localStorage.setItem(name, JSON.stringify(Object.fromEntries(saved)));
  else localStorage.removeItem(name);
  return true;
});

export const names = (prefix) => tryStorage(() => Object.keys(localStorage).filter((name) => name.startsWith(prefix))) ?? [];

// Deletes copies that are too old, or done with.
export const sweep = (prefix, isDone = () => false) => {
  const oldest = Date.now() - DAYS * 24 * 60 * 60 * 1000;
  for (const name of names(prefix)) {
    const all = Object.entries(read(name));
    const rest = all.filter(([key, copy]) => copy.at > oldest && !isDone(key, copy));
    if (rest.length < all.length) write(name, Object.fromEntries(rest));
  }
};
