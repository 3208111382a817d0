// Updates the preview with as little work as possible, so that typing never waits.
//
// The server marks the source line before each outermost block. The marks split the HTML into pieces; in a long text
// usually one piece changes, and only that is parsed.
const MARK = /<span data-line="(\d+)"><\/span>/;
const MARKS = "span[data-line]";

// The HTML comes from the sanitiser: it contains no script, and the content security policy would block one.
export const parseHtml = (html) => {
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

const isLike = (first, second) => first.nodeType === Node.ELEMENT_NODE
  && first.cloneNode(false).isEqualNode(second.cloneNode(false));

// Keeps equal nodes at both ends. A changed block keeps its element, so that the browser does not restyle everything
// after it.
const patch = (parent, was, is, end) => {
  let head = 0;
  while (head < was.length && head < is.length && was[head].isEqualNode(is[head])) head += 1;
  let tail = 0;
  while (tail < Math.min(was.length, is.length) - head && was.at(-1 - tail).isEqualNode(is.at(-1 - tail))) tail += 1;
  const [removed, fresh] = [was.slice(head, was.length - tail), is.slice(head, is.length - tail)];
  while (removed.length && fresh.length && isLike(removed[0], fresh[0])) removed.shift().replaceChildren(...fresh.shift().childNodes);
  const before = removed.at(-1)?.nextSibling ?? was[was.length - tail] ?? end;
  for (const node of removed) node.remove();
  for (const node of fresh) parent.insertBefore(node, before);
};

const until = (node, end) => {
  const nodes = [];
  for (let next = node; next && next !== end; next = next.nextSibling) nodes.push(next);
  return nodes;
};

const blockAfter = (mark) => {
  let block = mark.nextElementSibling;
  while (block?.matches(MARKS)) block = block.nextElementSibling;
  return block;
};

export const patcherFor = (place) => {
  let pieces = [];
  let elements = []; // the block after each mark; undefined if typed HTML has put it inside another block

  const patchEpigraph = (content) => {
    const [old, fresh] = [place, content].map((part) => part.querySelector(".epigraph"));
    if (fresh && old?.isEqualNode(fresh)) return;
    old?.remove();
    if (fresh) place.prepend(fresh);
  };

  const patchAll = (html) => {
    const content = parseHtml(html);
    const [old, fresh] = [place, content].map((part) => part.querySelector(".prose"));
    const marks = [...content.querySelectorAll(MARKS)];
    const marked = marks.map((mark) => (mark.parentNode === fresh ? blockAfter(mark) : undefined));
    for (const mark of marks) mark.remove();
    const order = new Map([...fresh.children].map((block, at) => [block, at]));
    const places = marked.map((block) => order.get(block));
    // Patches in place: removed and inserted again, the whole text would be laid out again.
    if (old) patch(old, [...old.childNodes], [...fresh.childNodes], null);
    else place.append(fresh);
    patchEpigraph(content);
    elements = places.map((at) => place.querySelector(".prose").children[at]);
  };

  // False if more than one piece has changed, or the change is not a complete block.
  const patchOne = (now) => {
    if (now.length !== pieces.length || !elements.every(Boolean)) return false;
    const changed = now.map((_, at) => at).filter((at) => at % 2 === 0 && now[at] !== pieces[at]);
    const [at] = changed;
    if (changed.length > 1 || at === 0 || at === now.length - 1) return false;
    if (at === undefined) return true;
    if (!isWhole(now[at])) return false;
    const block = elements[at / 2 - 1];
    const [parent, before, end] = [block.parentNode, block.previousElementSibling, elements[at / 2]];
    patch(parent, until(block, end), [...parseHtml(now[at]).childNodes], end);
    elements[at / 2 - 1] = before ? before.nextElementSibling : parent.firstElementChild;
    return true;
  };

  const render = (html) => {
    const now = html.split(MARK);
    if (!patchOne(now)) patchAll(html);
    pieces = now;
  };

  // The blocks with their source lines, for scroll-sync.js.
  const blocks = () => elements
    .map((element, at) => ({ element, line: Number(pieces[2 * at + 1]) })).filter(({ element }) => element);
  return { render, blocks };
};
