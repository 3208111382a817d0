// Inserts emphasis, headings, quotations and figures: from a text and a selection to an edit, without the DOM.
import { block, edit, linesOf, mapLines } from "./edits.js";

const runBefore = (text, at) => text.slice(0, at).match(/\**$/)[0].length;
const runAfter = (text, at) => text.slice(at).match(/^\**/)[0].length;

// The word around the caret, if nothing is selected.
const WORD = /[\p{L}\p{N}\p{M}’'-]/u;
const expandToWord = ({ text, start, end }) => {
  let [from, to] = [start, end];
  if (from === to) {
    while (from > 0 && WORD.test(text[from - 1])) from -= 1;
    while (to < text.length && WORD.test(text[to])) to += 1;
  }
  while (from < to && /\s/.test(text[from])) from += 1;
  while (to > from && /\s/.test(text[to - 1])) to -= 1;
  return { from, to };
};

const toggle = (state, sign) => {
  const { text } = state;
  let { from, to } = expandToWord(state);
  const inner = Math.min(runAfter(text.slice(from, to), 0), runBefore(text.slice(from, to), to - from));
  if (inner * 2 < to - from) [from, to] = [from + inner, to - inner];
  const stars = Math.min(runBefore(text, from), runAfter(text, to));
  const isOn = sign.length === 2 ? stars >= 2 : stars % 2 === 1;
  const words = text.slice(from, to);
  const shift = isOn ? -sign.length : sign.length;
  const at = state.start === state.end ? [state.start + shift, state.start + shift] : [from + shift, to + shift];
  if (isOn) return edit(from - sign.length, to + sign.length, words, ...at);
  // Emphasis ends with its paragraph: each paragraph gets its own.
  const put = words.split(/(\n\s*\n)/).map((part, place) => (place % 2 ? part : sign + part + sign)).join("");
  if (/\n\s*\n/.test(words)) return edit(from, to, put, from, from + put.length);
  return edit(from, to, put, ...at);
};

export const strong = (state) => toggle(state, "**");
export const emphasis = (state) => toggle(state, "*");

// Cycles through: none, ##, ###, none.
export const heading = (state) => mapLines(state, (lines) => {
  const signs = lines[0].match(/^#+ +/)?.[0].trim().length ?? 0;
  const next = signs === 0 ? "## " : signs === 2 ? "### " : "";
  return lines.map((line) => (line.trim() || lines.length === 1 ? next + line.replace(/^#+ +/, "") : line));
});

// The source is in the last line, after a dash: the caret goes there or, if there is no text yet, before it.
export const quotation = (state) => {
  const { text } = state;
  const { from, to } = linesOf(state);
  const lines = text.slice(from, to).split("\n");
  if (lines.every((line) => line.startsWith(">"))) {
    const put = lines.map((line) => line.replace(/^> ?/, "")).join("\n");
    return edit(from, to, put, from, from + put.length);
  }
  const words = lines.map((line) => `> ${line}`.trimEnd()).join("\n");
  const put = `${words === ">" ? "> " : words}\n> — `;
  return block(text, from, to, put, words === ">" ? 2 : put.length);
};

// Selected text becomes the description.
export const figure = ({ text, start, end }, words) => {
  const alt = text.slice(start, end).replace(/[\s[\]]+/g, " ").trim() || words.alt;
  const { from, to } = linesOf({ text, start, end });
  const isAlone = start === from && end === to;
  const at = isAlone ? from : to;
  return block(text, at, to, `![${alt}](/media/ "${words.caption}")`, 2, 2 + alt.length);
};
