// Footnotes: a new one; from a reference to its words; from the words back to where they belong.
import { lineEnd, lineStart } from "./edits.js";

const REFERENCE = /\[\^([^\]\s]{1,100})\]/g;
const DEFINITION = /^\[\^([^\]\s]{1,100})\]:/;

const references = (text) => [...text.matchAll(REFERENCE)]
  .map((found) => ({ label: found[1], from: found.index, to: found.index + found[0].length }))
  .filter(({ from, to }) => text[to] !== ":" || (from > 0 && text[from - 1] !== "\n"));

// The label of the note whose words stand at that place: its first line, or one below it that is set in.
const noteAt = (text, at) => {
  let from = lineStart(text, at);
  while (from > 0 && /^(?: {2,}|\t|\n|$)/.test(text.slice(from, from + 2))) from = lineStart(text, from - 1);
  return DEFINITION.exec(text.slice(from, lineEnd(text, from)))?.[1];
};

const go = (at) => ({ changes: [], start: at, end: at });

const added = (text, at) => {
  const labels = [...text.matchAll(REFERENCE)].map((found) => Number(found[1])).filter(Number.isInteger);
  const label = Math.max(0, ...labels) + 1;
  const reference = `[^${label}]`;
  const body = text.trimEnd();
  const end = Math.max(body.length, at);
  const isAfterNote = noteAt(text, body.length) !== undefined;
  const put = `${isAfterNote ? "\n" : "\n\n"}${reference}: `;
  const caret = end + put.length + reference.length;
  return {
    changes: [{ from: end, to: text.length, put }, { from: at, to: at, put: reference }],
    start: caret,
    end: caret,
  };
};

export const footnote = ({ text, end }) => {
  const known = references(text);
  const note = noteAt(text, end);
  if (note !== undefined) {
    const back = known.find(({ label }) => label === note);
    return back ? go(back.to) : null;
  }
  const here = known.find(({ from, to }) => from <= end && end <= to);
  const words = here && text.indexOf(`\n[^${here.label}]:`);
  return words > 0 ? go(lineEnd(text, words + 1)) : added(text, end);
};
