// Links from text and an address, whichever comes first.
import { edit } from "./edits.js";

const ADDRESS = /^(?:https?:\/\/|mailto:)\S+$/i;

const isAddress = (words) => ADDRESS.test(words.trim());

// An address with characters that would end it goes between < and >.
const target = (address) => (/[()<>]/.test(address) ? `<${address.replace(/[<>]/g, encodeURIComponent)}>` : address);

// A double click also selects the space after a word: leaves it out.
const trimSelection = ({ text, start, end }) => {
  const words = text.slice(start, end);
  if (!words.trim()) return { words, start, end };
  return { words: words.trim(), start: start + words.search(/\S/), end: start + words.trimEnd().length };
};

export const link = (state) => {
  const { words, start, end } = trimSelection(state);
  if (isAddress(words)) return edit(start, end, `[](${target(words)})`, start + 1);
  return edit(start, end, `[${words}]()`, words ? end + 3 : start + 1);
};

// null if the address should be pasted as it is: over nothing, several paragraphs or another address.
export const handlePaste = (state, clip) => {
  const { words, start, end } = trimSelection(state);
  const isInPlace = /\]\($/.test(state.text.slice(0, start));
  if (!words.trim() || !isAddress(clip) || isAddress(words) || /\n\s*\n/.test(words) || isInPlace) return null;
  const put = `[${words}](${target(clip.trim())})`;
  return edit(start, end, put, start + put.length);
};
