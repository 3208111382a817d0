// Scrolls text and preview together: block by block, and evenly within each.
//
// No browser reports the height of the lines of a text area. Its font is monospaced, so the rows that each line fills
// can be counted; scaling them to the whole height corrects the error of the count.

export const rowsOf = (line, columns) => {
  if (line.length <= columns) return 1;
  let rows = 1;
  let at = 0;
  for (const word of line.split(/(?<=[\s-])/)) {
    const long = word.trimEnd().length;
    if (at + long > columns && at) [rows, at] = [rows + 1, 0];
    if (long > columns) rows += Math.floor(long / columns);
    at += long > columns ? word.length % columns : word.length;
  }
  return rows;
};

// Interpolates `at` from the first values of the pairs to the second; both increase.
export const between = (pairs, at) => {
  let next = pairs.findIndex(([first]) => first > at);
  if (next < 0) next = pairs.length - 1;
  const [[a, b], [c, d]] = [pairs[Math.max(0, next - 1)], pairs[next]];
  return c > a ? b + Math.max(0, Math.min(1, (at - a) / (c - a))) * (d - b) : b;
};

const letter = (field) => {
  const pen = document.createElement("canvas").getContext("2d");
  const { fontSize, fontFamily } = getComputedStyle(field);
  pen.font = `${fontSize} ${fontFamily}`;
  return pen.measureText("m").width;
};

const insides = (field) => {
  const style = getComputedStyle(field);
  const [top, bottom] = [parseFloat(style.paddingBlockStart), parseFloat(style.paddingBlockEnd)];
  const aside = parseFloat(style.paddingInlineStart) + parseFloat(style.paddingInlineEnd);
  return { top, high: field.scrollHeight - top - bottom, columns: Math.floor((field.clientWidth - aside) / letter(field)) };
};

const cachedRows = new Map(); // rows of each line at one width; most lines are the same the next time
let cachedColumns;

const heights = (text, columns) => {
  if (columns !== cachedColumns || cachedRows.size > 20_000) cachedRows.clear();
  cachedColumns = columns;
  let sum = 0;
  const tops = text.split("\n").map((line) => {
    if (!cachedRows.has(line)) cachedRows.set(line, rowsOf(line, columns));
    const top = sum;
    sum += cachedRows.get(line);
    return top;
  });
  return { tops, sum };
};

const pairsOf = (field, pane, blocks) => {
  const { top, high, columns } = insides(field);
  const { tops, sum } = heights(field.value, Math.max(10, columns));
  const ends = [field.scrollHeight - field.clientHeight, pane.scrollHeight - pane.clientHeight];
  const base = pane.getBoundingClientRect().top - pane.scrollTop;
  const positions = blocks
    .map(({ line, element }) => [top + ((tops[line] ?? sum) / sum) * high, element.getBoundingClientRect().top - base])
    .filter(([top, bottom]) => top < ends[0] && bottom < ends[1]);
  const rising = [[0, 0]];
  for (const pair of [...positions, ends]) {
    const [a, b] = rising.at(-1);
    if (pair[0] > a && pair[1] >= b) rising.push(pair);
  }
  return rising.length > 1 ? rising : [[0, 0], ends];
};

// `blocks` returns the current blocks of the preview with their source lines.
export const start = (field, pane, blocks) => {
  let pairs = null;
  let leader = field;
  let waits = false;
  const follow = () => {
    waits = false;
    if (pane.clientHeight === 0 || field.clientHeight === 0) return;
    pairs ??= pairsOf(field, pane, blocks());
    if (leader === field) pane.scrollTop = between(pairs, field.scrollTop);
    else field.scrollTop = between(pairs.map(([a, b]) => [b, a]), pane.scrollTop);
  };
  const soon = () => {
    if (!waits) requestAnimationFrame(follow);
    waits = true;
  };
  for (const element of [field, pane]) {
    for (const kind of ["pointerenter", "pointerdown", "wheel", "touchstart", "focusin", "keydown"]) {
      element.addEventListener(kind, () => { leader = element; }, { passive: true });
    }
    element.addEventListener("scroll", () => { if (leader === element) soon(); }, { passive: true });
  }
  const renew = () => {
    pairs = null;
    soon();
  };
  new ResizeObserver(renew).observe(field);
  new ResizeObserver(renew).observe(pane);
  return renew;
};
