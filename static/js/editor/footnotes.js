// Footnotes: adds one, goes from a reference to its text, and from the text back to its reference.
import { lineEnd, lineStart } from "./edits.js";

const REFERENCE = /\[\^([^\]\s]{1,100})\]/g;
const DEFINITION = /^\[\^([^\]\s]{1,100})\]:/;

const references = (text) => [...text.matchAll(REFERENCE)]
  .map((match) => ({ label: match[1], from: match.index, to: match.index + match[0].length }))
  .filter(({ from, to }) => text[to] !== ":" || (from > 0 && text[from - 1] !== "\n"));

// The label of the note at that position: on its first line, or on an indented line below it.
const noteAt = (text, at) => {
  let from = lineStart(text, at);
  while (from > 0 && /^(?: {2,}|\t|\n|$)/.test(text.slice(from, from + 2))) from = lineStart(text, from - 1);
  return DEFINITION.exec(text.slice(from, lineEnd(text, from)))?.[1];
};

const go = (at) => ({ changes: [], start: at, end: at });

const addNote = (text, at) => {
  const labels = [...text.matchAll(REFERENCE)].map((match) => Number(match[1])).filter(Number.isInteger);
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
  return words > 0 ? go(lineEnd(text, words + 1)) : addNote(text, end);
};
