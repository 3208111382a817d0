// The one way in which scripts change a text: as if somebody typed it, so that the browser's own undo takes it back.
//
// An edit is { changes, start, end }: what to put from where to where, the last place first, and what to select then.

// Texts between the two halves of an edit: no undo or redo shall stop there. The last few of each field.
const halves = new WeakMap();
const REMEMBERED = 20;

export const stateOf = (field) => ({ text: field.value, start: field.selectionStart, end: field.selectionEnd });

export const edit = (from, to, put, start, end = start) => ({ changes: [{ from, to, put }], start, end });

const HIGH = /[\ud800-\udbff]/;
const LOW = /[\udc00-\udfff]/;

// What both have at their ends stays untouched: less to lay out, and less to undo.
const trimmed = (text, { from, to, put }) => {
  let head = 0;
  let tail = 0;
  const least = Math.min(to - from, put.length);
  while (head < least && text[from + head] === put[head]) head += 1;
  while (tail < least - head && text[to - 1 - tail] === put[put.length - 1 - tail]) tail += 1;
  // A letter of two halves is never cut.
  if (HIGH.test(put[head - 1])) head -= 1;
  if (LOW.test(put[put.length - tail])) tail -= 1;
  return { from: from + head, to: to - tail, put: put.slice(head, put.length - tail) };
};

const put = (field, change) => {
  const { from, to, put: words } = trimmed(field.value, change);
  if (from === to && !words) return;
  field.setSelectionRange(from, to);
  if (words ? document.execCommand("insertText", false, words) : document.execCommand("delete")) return;
  field.setRangeText(words, from, to, "end");
  field.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertText" }));
};

export const apply = (field, one) => {
  if (!one) return false;
  field.focus();
  for (const [place, change] of one.changes.entries()) {
    if (place) halves.set(field, [...(halves.get(field) ?? []), field.value].slice(-REMEMBERED));
    put(field, change);
  }
  field.setSelectionRange(one.start, one.end);
  return true;
};

// For whoever has words to put in at the caret (a picture that was dropped).
export const insert = (field, words) => {
  const { start, end } = stateOf(field);
  return apply(field, edit(start, end, words, start + words.length));
};

export const watchUndo = (field) => field.addEventListener("input", ({ inputType }) => {
  const way = { historyUndo: "undo", historyRedo: "redo" }[inputType];
  if (way && halves.get(field)?.includes(field.value)) document.execCommand(way);
});

// Lines

export const lineStart = (text, at) => text.lastIndexOf("\n", at - 1) + 1;

export const lineEnd = (text, at) => {
  const end = text.indexOf("\n", at);
  return end < 0 ? text.length : end;
};

// The whole lines that the selection touches; a line of which only the beginning is touched is not meant.
export const linesOf = ({ text, start, end }) => {
  const last = end > start && text[end - 1] === "\n" ? end - 1 : end;
  return { from: lineStart(text, start), to: lineEnd(text, last) };
};

// Those lines in other words. Of several all are selected then; in one the caret stays where it was among its words.
export const relined = (state, reworded) => {
  const { from, to } = linesOf(state);
  const lines = state.text.slice(from, to).split("\n");
  const put = reworded(lines).join("\n");
  if (lines.length > 1) return edit(from, to, put, from, from + put.length);
  return edit(from, to, put, Math.max(from, state.start + put.length - (to - from)));
};

// Something with an empty line before and after it, in the place of from … to; `start` and `end` count within it.
export const block = (text, from, to, words, start, end = start) => {
  const before = text.slice(0, from).trimEnd();
  // Empty lines go, but what the line after them is set in by may say what it is.
  const rest = text.slice(to).replace(/^(?:\s*\n|[ \t]+)/, "");
  const head = before ? "\n\n" : "";
  const [tail, after] = rest.trim() ? ["\n\n", text.length - rest.length] : ["\n", text.length];
  const at = before.length + head.length;
  return edit(before.length, after, head + words + tail, at + start, at + end);
};
