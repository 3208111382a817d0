// The buttons above the text of a comment. They change it as typing does, so that Ctrl+Z takes it back.
import { apply, mapLines, stateOf } from "./editor/edits.js";
import { strong } from "./editor/formatting.js";
import { link } from "./editor/links.js";

const quote = (state) => mapLines(state, (lines) => {
  const isQuoted = lines.every((line) => line.startsWith(">"));
  return lines.map((line) => (isQuoted ? line.replace(/^> ?/, "") : `> ${line}`.trimEnd()));
});

export const format = (field, name) => apply(field, { bold: strong, link, quote }[name](stateOf(field)));
