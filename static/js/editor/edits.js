// The only way in which scripts change a text: as if somebody typed it, so that the browser's own undo reverts it.
//
// An edit is { changes, start, end }: replacements (last position first), and the selection afterwards.

// Texts between the steps of one edit, where undo and redo must not stop; the last few for each field.
const intermediate = new WeakMap();
const REMEMBERED = 20;

export const stateOf = (field) => ({ text: field.value, start: field.selectionStart, end: field.selectionEnd });

export const edit = (from, to, put, start, end = start) => ({ changes: [{ from, to, put }], start, end });

const HIGH = /[\ud800-\udbff]/;
const LOW = /[\udc00-\udfff]/;

// Leaves equal text at both ends untouched: less to lay out, and less to undo.
const trimChange = (text, { from, to, put }) => {
  let head = 0;
  let tail = 0;
  const shortest = Math.min(to - from, put.length);
  while (head < shortest && text[from + head] === put[head]) head += 1;
  while (tail < shortest - head && text[to - 1 - tail] === put[put.length - 1 - tail]) tail += 1;
  // Never splits a surrogate pair.
  if (HIGH.test(put[head - 1])) head -= 1;
  if (LOW.test(put[put.length - tail])) tail -= 1;
  return { from: from + head, to: to - tail, put: put.slice(head, put.length - tail) };
};

const put = (field, change) => {
  const { from, to, put: words } = trimChange(field.value, change);
  if (from === to && !words) return;
  field.setSelectionRange(from, to);
  if (words ? document.execCommand("insertText", false, words) : document.execCommand("delete")) return;
  field.setRangeText(words, from, to, "end");
  field.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertText" }));
};

export const apply = (field, change) => {
  if (!change) return false;
  field.focus();
  for (const [place, step] of change.changes.entries()) {
    if (place) intermediate.set(field, [...(intermediate.get(field) ?? []), field.value].slice(-REMEMBERED));
    put(field, step);
  }
  field.setSelectionRange(change.start, change.end);
  return true;
};

// Inserts text at the caret, for other scripts (a dropped image).
export const insert = (field, words) => {
  const { start, end } = stateOf(field);
  return apply(field, edit(start, end, words, start + words.length));
};

export const watchUndo = (field) => field.addEventListener("input", ({ inputType }) => {
  const way = { historyUndo: "undo", historyRedo: "redo" }[inputType];
  if (way && intermediate.get(field)?.includes(field.value)) document.execCommand(way);
});

// Lines

export const lineStart = (text, at) => text.lastIndexOf("\n", at - 1) + 1;

export const lineEnd = (text, at) => {
  const end = text.indexOf("\n", at);
  return end < 0 ? text.length : end;
};

// The whole lines that the selection touches; a line touched only at its start does not count.
export const linesOf = ({ text, start, end }) => {
  const last = end > start && text[end - 1] === "\n" ? end - 1 : end;
  return { from: lineStart(text, start), to: lineEnd(text, last) };
};

// Rewrites those lines. Several stay selected; in a single line the caret keeps its place.
export const mapLines = (state, rewrite) => {
  const { from, to } = linesOf(state);
  const lines = state.text.slice(from, to).split("\n");
  const put = rewrite(lines).join("\n");
  if (lines.length > 1) return edit(from, to, put, from, from + put.length);
  return edit(from, to, put, Math.max(from, state.start + put.length - (to - from)));
};

// Replaces from … to by a block with an empty line before and after it; `start` and `end` count within the block.
export const block = (text, from, to, words, start, end = start) => {
  const before = text.slice(0, from).trimEnd();
  // Removes empty lines, but keeps the indent of the next line, which may have a meaning.
  const rest = text.slice(to).replace(/^(?:\s*\n|[ \t]+)/, "");
  const head = before ? "\n\n" : "";
  const [tail, after] = rest.trim() ? ["\n\n", text.length - rest.length] : ["\n", text.length];
  const at = before.length + head.length;
  return edit(before.length, after, head + words + tail, at + start, at + end);
};
