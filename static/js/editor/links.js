// Links: from words and an address, in whichever order they come.
import { edit } from "./edits.js";

const ADDRESS = /^(?:https?:\/\/|mailto:)\S+$/i;

const isAddress = (words) => ADDRESS.test(words.trim());

// In signs that end an address, it stands between < and >.
const target = (address) => (/[()<>]/.test(address) ? `<${address.replace(/[<>]/g, encodeURIComponent)}>` : address);

// A double click takes the space after a word along: it stays outside.
const tight = ({ text, start, end }) => {
  const words = text.slice(start, end);
  if (!words.trim()) return { words, start, end };
  return { words: words.trim(), start: start + words.search(/\S/), end: start + words.trimEnd().length };
};

export const link = (state) => {
  const { words, start, end } = tight(state);
  if (isAddress(words)) return edit(start, end, `[](${target(words)})`, start + 1);
  return edit(start, end, `[${words}]()`, words ? end + 3 : start + 1);
};

// null where the address is to be pasted as it is: over nothing, over several paragraphs, over another address.
export const pasted = (state, clip) => {
  const { words, start, end } = tight(state);
  const isInPlace = /\]\($/.test(state.text.slice(0, start));
  if (!words.trim() || !isAddress(clip) || isAddress(words) || /\n\s*\n/.test(words) || isInPlace) return null;
  const put = `[${words}](${target(clip.trim())})`;
  return edit(start, end, put, start + put.length);
};
