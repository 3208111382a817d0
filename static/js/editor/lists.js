// Lists and quotations that continue on Enter, and lists that indent.
import { edit, lineEnd, linesOf, lineStart, mapLines } from "./edits.js";

const ITEM = /^((?:> ?)*)([ \t]*)([-*+]|\d{1,9}[.)])([ \t]+|$)/;
const SIGN = /^(?:[-*+]|\d{1,9}[.)])[ \t]+/;
const QUOTE = /^(?:> ?)+/;
// A horizontal rule, which starts like a list item.
const RULE = /^(?:> ?)*[ \t]*([-*])(?:[ \t]*\1){2,}[ \t]*$/;

const itemOf = (line) => {
  const match = !RULE.test(line) && ITEM.exec(line);
  if (!match) return null;
  const [all, quote, indent, sign, gap] = match;
  return { all, quote, indent: indent.length, sign, width: sign.length + (gap.length || 1), number: parseInt(sign, 10) };
};

const setNumber = (line, number) => line.replace(/\d+(?=[.)])/, number);

// Renumbers the items after the new one; anything else that follows stays.
const renumber = (text, from, item) => {
  let number = item.number + 1;
  let at = from;
  const lines = [];
  while (at < text.length) {
    const line = text.slice(at + 1, lineEnd(text, at + 1));
    const next = itemOf(line);
    const isDeeper = /^\s/.test(line) && (next?.indent ?? Infinity) > item.indent;
    const isNext = next && next.indent === item.indent && next.quote === item.quote && next.number;
    if (!isNext && !isDeeper) break;
    number += isNext ? 1 : 0;
    lines.push(isNext ? setNumber(line, number) : line);
    at += 1 + line.length;
  }
  return { to: at, put: lines.map((line) => `\n${line}`).join("") };
};

const endList = (state, from, to, prefix) => edit(from, to, prefix, from + prefix.length);

export const enter = (state) => {
  const { text, start, end } = state;
  const from = lineStart(text, start);
  const to = lineEnd(text, end);
  const line = text.slice(from, lineEnd(text, start));
  const item = itemOf(line);
  const quote = QUOTE.exec(line)?.[0];
  if ((!item && !quote) || start - from < (item?.all ?? quote).length) return null;
  const isEmpty = line.trimEnd() === (item?.all ?? quote).trimEnd();
  if (isEmpty && start === end) {
    if (item?.indent) return indent(state, -1);
    return endList(state, from, to, item ? item.quote : "");
  }
  if (!item) return edit(start, end, `\n${quote.trimEnd()} `, start + quote.trimEnd().length + 2);
  const next = item.number >= 0 ? setNumber(item.all, item.number + 1) : item.all;
  const rest = item.number >= 0 ? renumber(text, to, item) : { to, put: "" };
  const put = `\n${next}`;
  return edit(start, rest.to, put + text.slice(end, to) + rest.put, start + put.length);
};

// An item moves below the text of the item above it, or back below that of its parent.
const depthFor = (text, from, item, way) => {
  let at = from;
  while (at > 0) {
    at = lineStart(text, at - 1);
    const above = itemOf(text.slice(at, lineEnd(text, at)));
    if (!above) {
      if (!/^\s/.test(text.slice(at, at + 1))) break;
      continue;
    }
    if (way > 0 && above.indent <= item.indent) return above.indent + above.width;
    if (way < 0 && above.indent < item.indent) return above.indent;
  }
  return way > 0 ? item.indent + item.width : 0;
};

const shiftLine = (line, by) => {
  const quote = /^(?:> ?)*/.exec(line)[0];
  const rest = line.slice(quote.length);
  if (!rest.trim()) return line;
  const spaces = /^[ \t]*/.exec(rest)[0].length;
  return quote + " ".repeat(Math.max(0, spaces + by)) + rest.slice(spaces);
};

// null outside a list: Tab then moves on through the page.
export const indent = (state, way) => {
  const { text, start, end } = state;
  const { from, to } = linesOf(state);
  const lines = text.slice(from, to).split("\n");
  const item = itemOf(lines[0]);
  if (!item) return null;
  const by = depthFor(text, from, item, way) - item.indent;
  const puts = lines.map((line) => shiftLine(line, by));
  const put = puts.join("\n");
  const first = puts[0].length - lines[0].length;
  const last = start === end ? Math.max(from, start + first) : Math.max(from, end + put.length - (to - from));
  return edit(from, to, put, Math.max(from, start + first), last);
};

export const bullets = (state) => toggleList(state, () => "- ", /^[-*+][ \t]+/);
export const numbers = (state) => toggleList(state, (place) => `${place + 1}. `, /^\d{1,9}[.)][ \t]+/);

const depthOf = (line) => line.match(/^[ \t]*/)[0].length;

// The least indented lines are the items; deeper lines belong to one of them and move with it.
const toggleList = (state, sign, own) => mapLines(state, (lines) => {
  const full = lines.filter((line) => line.trim());
  const depth = Math.min(...full.map(depthOf));
  const isOn = full.length > 0 && full.every((line) => depthOf(line) > depth || own.test(line.slice(depth)));
  let place = 0;
  let by = 0;
  return lines.map((line) => {
    if (!line.trim() && lines.length > 1) return line;
    if (depthOf(line) > depth) return shiftLine(line, by);
    const words = line.slice(depth).replace(SIGN, "");
    const put = line.slice(0, depth) + (isOn ? "" : sign(place)) + words;
    place += 1;
    by = put.length - line.length;
    return put;
  });
});
