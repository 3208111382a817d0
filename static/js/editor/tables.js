// Tables: inserts one and keeps it aligned. Tab goes to the next cell, Enter adds a row.
import { block, edit, lineEnd, lineStart } from "./edits.js";

const RULE = /^ {0,3}\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$/;
// A longer cell does not widen its column.
const MAX_WIDTH = 40;

// The columns that a letter takes: none for combining marks, two for East Asian scripts and emoji.
const WIDE = /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Extended_Pictographic}/u;
const NONE = /[\p{M}\u200b-\u200f\u2060\ufe00-\ufe0f]/u;
const widthOf = (words) => [...words]
  .reduce((width, letter) => width + (NONE.test(letter) ? 0 : letter > "\u10ff" && WIDE.test(letter) ? 2 : 1), 0);

const cellsOf = (line) => {
  const cells = [];
  const inner = line.replace(/^\s*\|/, (head) => " ".repeat(head.length));
  let from = line.length - line.trimStart().length + (/^\s*\|/.test(line) ? 1 : 0);
  for (let at = from; at <= inner.length; at += 1) {
    if (at < inner.length && (inner[at] !== "|" || /(?:^|[^\\])(?:\\\\)*\\$/.test(inner.slice(0, at)))) continue;
    if (at === inner.length && !inner.slice(from).trim() && cells.length) break;
    cells.push({ from, to: at, words: inner.slice(from, at).trim() });
    from = at + 1;
  }
  return cells;
};

const isRow = (line) => line.includes("|") && Boolean(line.trim());

// The table around a position: its rows with their cells, and the cell at that position.
const tableAt = (text, at) => {
  let from = lineStart(text, at);
  if (!isRow(text.slice(from, lineEnd(text, from)))) return null;
  let to = lineEnd(text, at);
  while (from > 0 && isRow(text.slice(lineStart(text, from - 1), from - 1))) from = lineStart(text, from - 1);
  while (to < text.length && isRow(text.slice(to + 1, lineEnd(text, to + 1)))) to = lineEnd(text, to + 1);
  const lines = text.slice(from, to).split("\n");
  const head = lines.findIndex((line, place) => place > 0 && RULE.test(line)) - 1;
  if (head < 0) return null;
  from += lines.splice(0, head).reduce((sum, line) => sum + line.length + 1, 0);
  if (at < from) return null;
  let row = text.slice(from, at).split("\n").length - 1;
  const rows = lines.map(cellsOf);
  const place = at - lineStart(text, at);
  const column = Math.max(0, rows[row].findIndex((cell) => place <= cell.to));
  return { from, to, rows, row, column, place };
};

const side = (rule = "-") => (rule.startsWith(":") ? "l" : "") + (rule.endsWith(":") && rule.length > 1 ? "r" : "");

const pad = (words, width, to) => {
  const room = Math.max(0, width - widthOf(words));
  if (to === "r") return " ".repeat(room) + words;
  if (to === "lr") return " ".repeat(Math.floor(room / 2)) + words + " ".repeat(Math.ceil(room / 2));
  return words + " ".repeat(room);
};

// The table as text, and the position of each cell's text in it.
const format = (rows) => {
  const columns = Math.max(...rows.map((row) => row.length));
  const sides = Array.from({ length: columns }, (_, column) => side(rows[1][column]?.words));
  const words = rows.map((row) => sides.map((_, column) => row[column]?.words ?? ""));
  const widths = sides.map((_, column) => Math.max(3, ...words
    .filter((_row, place) => place !== 1).map((row) => Math.min(MAX_WIDTH, widthOf(row[column])))));
  words[1] = sides.map((to, column) => (to.includes("l") ? ":" : "-")
    + "-".repeat(widths[column] - 2) + (to.includes("r") ? ":" : "-"));
  let text = "";
  const spots = words.map((row, line) => {
    text += line ? "\n|" : "|";
    return row.map((cell, column) => {
      const put = pad(cell, widths[column], line === 1 ? "" : sides[column]);
      const from = text.length + 1 + (put.length - put.trimStart().length) % Math.max(1, put.length);
      text += ` ${put} |`;
      return { from, to: from + cell.length };
    });
  });
  return { text, spots };
};

const selectCell = (table, rows, row, column) => {
  const { text, spots } = format(rows);
  const spot = spots[row][column];
  return edit(table.from, table.to, text, table.from + spot.from, table.from + spot.to);
};

const emptyRow = (rows) => rows[0].map(() => ({ words: "" }));

export const table = ({ text, end }, { heading }) => {
  const head = Array(3).fill({ words: heading });
  const row = emptyRow([head]);
  const { text: put, spots: [[first]] } = format([head, row, row, row]);
  const at = lineEnd(text, end);
  return block(text, at, at, put, first.from, first.to);
};

// null outside a table and at its start: Tab then moves on through the page.
export const tab = ({ text, end }, way) => {
  const table = tableAt(text, end);
  if (!table) return null;
  const { rows } = table;
  const columns = Math.max(...rows.map((row) => row.length));
  let place = (table.row === 1 ? (way > 0 ? 2 : 1) * columns - (way > 0 ? 1 : 0) : table.row * columns + table.column) + way;
  if (Math.floor(place / columns) === 1) place += way * columns;
  if (place < 0) return null;
  const row = Math.floor(place / columns);
  return selectCell(table, row < rows.length ? rows : [...rows, emptyRow(rows)], row, place % columns);
};

// Adds a row; in an empty last row, ends the table.
export const enter = ({ text, start, end }) => {
  const table = start === end && tableAt(text, end);
  if (!table || table.row === 0 && table.place === 0) return null;
  const { rows, row, from, to } = table;
  if (row > 1 && row === rows.length - 1 && rows[row].every(({ words }) => !words)) {
    const rest = `${format(rows.slice(0, -1)).text}\n`;
    return edit(from, to, `${rest}\n`, from + rest.length + 1);
  }
  const at = Math.max(row, 1) + 1;
  return selectCell(table, rows.toSpliced(at, 0, emptyRow(rows)), at, 0);
};

// Aligns the table; the caret keeps its place.
export const realign = ({ text, start, end }) => {
  const table = start === end && tableAt(text, end);
  if (!table) return null;
  const { from, to, rows, row, column, place } = table;
  const { text: put, spots } = format(rows);
  if (put === text.slice(from, to)) return null;
  const cell = rows[row][column];
  const raw = text.slice(lineStart(text, end) + cell.from, lineStart(text, end) + cell.to);
  const within = Math.max(0, place - cell.from - (raw.length - raw.trimStart().length));
  const at = from + spots[row][column].from + Math.min(within, cell.words.length);
  return edit(from, to, put, at);
};
