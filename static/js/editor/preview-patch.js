// What the server drew, brought into the page with as little work as a change needs: no key shall wait for it.
//
// The answer tells the line of each outermost block by a mark before it. The marks cut it into pieces; of a long text
// mostly one piece changes, and that alone is read.
const MARK = /<span data-line="(\d+)"><\/span>/;
const MARKS = "span[data-line]";

// Into the page goes what the gate has made, and nothing else: it holds no script, and no policy would let one run.
export const parsed = (html) => {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  for (const link of holder.content.querySelectorAll('a[href]:not([href^="#"])')) link.target = "_blank";
  return holder.content;
};

const isWhole = (html) => {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  return holder.innerHTML === html;
};

const isLike = (one, other) => one.nodeType === Node.ELEMENT_NODE && one.cloneNode(false).isEqualNode(other.cloneNode(false));

// Keeps the nodes that are the same at both ends. A changed block keeps its element: whatever follows it in the page
// would get its style anew.
const patch = (parent, was, is, end) => {
  let head = 0;
  while (head < was.length && head < is.length && was[head].isEqualNode(is[head])) head += 1;
  let tail = 0;
  while (tail < Math.min(was.length, is.length) - head && was.at(-1 - tail).isEqualNode(is.at(-1 - tail))) tail += 1;
  const [gone, fresh] = [was.slice(head, was.length - tail), is.slice(head, is.length - tail)];
  while (gone.length && fresh.length && isLike(gone[0], fresh[0])) gone.shift().replaceChildren(...fresh.shift().childNodes);
  const before = gone.at(-1)?.nextSibling ?? was[was.length - tail] ?? end;
  for (const one of gone) one.remove();
  for (const one of fresh) parent.insertBefore(one, before);
};

const until = (node, end) => {
  const nodes = [];
  for (let one = node; one && one !== end; one = one.nextSibling) nodes.push(one);
  return nodes;
};

const blockAfter = (mark) => {
  let block = mark.nextElementSibling;
  while (block?.matches(MARKS)) block = block.nextElementSibling;
  return block;
};

export const drawingIn = (place) => {
  let pieces = [];
  let elements = []; // what stands after each mark; undefined for one that typed HTML has put within another block

  const drawMotto = (content) => {
    const [was, motto] = [place, content].map((one) => one.querySelector(".epigraph"));
    if (motto && was?.isEqualNode(motto)) return;
    was?.remove();
    if (motto) place.prepend(motto);
  };

  const drawAll = (html) => {
    const content = parsed(html);
    const [old, fresh] = [place, content].map((one) => one.querySelector(".prose"));
    const marks = [...content.querySelectorAll(MARKS)];
    const marked = marks.map((mark) => (mark.parentNode === fresh ? blockAfter(mark) : undefined));
    for (const mark of marks) mark.remove();
    const order = new Map([...fresh.children].map((one, at) => [one, at]));
    const places = marked.map((one) => order.get(one));
    // The text stays where it is: taken out and put in again, all of it would be laid out anew.
    if (old) patch(old, [...old.childNodes], [...fresh.childNodes], null);
    else place.append(fresh);
    drawMotto(content);
    elements = places.map((at) => place.querySelector(".prose").children[at]);
  };

  // False where more has changed, or another thing than a block with a beginning and an end.
  const drawOne = (now) => {
    if (now.length !== pieces.length || !elements.every(Boolean)) return false;
    const changed = now.map((_, at) => at).filter((at) => at % 2 === 0 && now[at] !== pieces[at]);
    const [at] = changed;
    if (changed.length > 1 || at === 0 || at === now.length - 1) return false;
    if (at === undefined) return true;
    if (!isWhole(now[at])) return false;
    const block = elements[at / 2 - 1];
    const [parent, before, end] = [block.parentNode, block.previousElementSibling, elements[at / 2]];
    patch(parent, until(block, end), [...parsed(now[at]).childNodes], end);
    elements[at / 2 - 1] = before ? before.nextElementSibling : parent.firstElementChild;
    return true;
  };

  const draw = (html) => {
    const now = html.split(MARK);
    if (!drawOne(now)) drawAll(html);
    pieces = now;
  };

  // The blocks with their lines, for whoever scrolls in step.
  const blocks = () => elements
    .map((element, at) => ({ element, line: Number(pieces[2 * at + 1]) })).filter(({ element }) => element);
  return { draw, blocks };
};
