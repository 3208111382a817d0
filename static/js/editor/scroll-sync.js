// Text and preview scrolled in step: block by block, and evenly within each.
//
// How high the lines of a text area stand, no browser tells. Its letters are all as wide as one another, so the rows
// that each line fills can be counted; that they fill the whole height together evens out what the count has missed.

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

// Where `at` lies among the first of each pair, and so among the second; both rise.
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

const known = new Map(); // the rows of lines at one width; most lines are the same the next time
let knownColumns;

const heights = (text, columns) => {
  if (columns !== knownColumns || known.size > 20_000) known.clear();
  knownColumns = columns;
  let sum = 0;
  const tops = text.split("\n").map((line) => {
    if (!known.has(line)) known.set(line, rowsOf(line, columns));
    const top = sum;
    sum += known.get(line);
    return top;
  });
  return { tops, sum };
};

const pairsOf = (field, pane, blocks) => {
  const { top, high, columns } = insides(field);
  const { tops, sum } = heights(field.value, Math.max(10, columns));
  const ends = [field.scrollHeight - field.clientHeight, pane.scrollHeight - pane.clientHeight];
  const base = pane.getBoundingClientRect().top - pane.scrollTop;
  const found = blocks
    .map(({ line, element }) => [top + ((tops[line] ?? sum) / sum) * high, element.getBoundingClientRect().top - base])
    .filter(([one, other]) => one < ends[0] && other < ends[1]);
  const rising = [[0, 0]];
  for (const pair of [...found, ends]) {
    const [a, b] = rising.at(-1);
    if (pair[0] > a && pair[1] >= b) rising.push(pair);
  }
  return rising.length > 1 ? rising : [[0, 0], ends];
};

// `blocks` tells the blocks of the preview that stand there now, with the lines they come from.
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
  for (const one of [field, pane]) {
    for (const kind of ["pointerenter", "pointerdown", "wheel", "touchstart", "focusin", "keydown"]) {
      one.addEventListener(kind, () => { leader = one; }, { passive: true });
    }
    one.addEventListener("scroll", () => { if (leader === one) soon(); }, { passive: true });
  }
  const renew = () => {
    pairs = null;
    soon();
  };
  new ResizeObserver(renew).observe(field);
  new ResizeObserver(renew).observe(pane);
  return renew;
};
