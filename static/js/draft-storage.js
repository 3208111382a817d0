// What this browser keeps of typed words: under a name several copies by their keys, each with its moment `at`. The
// newest few of a name stay, and none longer than a month.
import { attempt } from "./try-storage.js";

const DAYS = 30;
// Tabs of one form; more than three is no person.
const MOST = 3;

export const newest = (copies) => Object.entries(copies).sort(([, one], [, other]) => other.at - one.at);
export const read = (name) => attempt(() => JSON.parse(localStorage.getItem(name))) ?? {};

// True, or undefined where the browser keeps nothing, or no more.
export const write = (name, copies) => attempt(() => {
  const kept = newest(copies).slice(0, MOST);
  if (kept.length) localStorage.setItem(name, JSON.stringify(Object.fromEntries(kept)));
  else localStorage.removeItem(name);
  return true;
});

export const names = (prefix) => attempt(() => Object.keys(localStorage).filter((one) => one.startsWith(prefix))) ?? [];

// Forgets what is too old, or done with.
export const sweep = (prefix, isDone = () => false) => {
  const oldest = Date.now() - DAYS * 24 * 60 * 60 * 1000;
  for (const name of names(prefix)) {
    const all = Object.entries(read(name));
    const left = all.filter(([key, copy]) => copy.at > oldest && !isDone(key, copy));
    if (left.length < all.length) write(name, Object.fromEntries(left));
  }
};
