// A button beside the selection quotes it into the form, with its source.
// Text can be quoted from elements with data-quotable: "post", or the number of a comment.
const BLOCKS = "p, li, pre, h2, h3, h4, h5, h6, dt, dd, tr, blockquote, figure, summary";
const NOT_TEXT = ".footnote-ref, .footnote-back, .said-by > figcaption, script, style";
const GAP = 8;

let button;
let openReply; // puts the reply form below the comment of a link, and returns it
let selected = null; // { text, source } that the button would quote

const form = () => document.querySelector("form.respond");
const fieldOf = (target) => target?.querySelector("textarea[name=body]");
const replyTo = (source) => document.querySelector(`#comment-${source} > .comment__reply`);

// Into a form

// Escapes what readers' Markdown would read as markup, as comments/threads/quotations.py does.
const escapeLine = (line) => line
  .replace(/(https?:\/\/\S+)|([\\*\x60]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])|\](?=\()|<(?=[a-zA-Z])|&(?=#?\w+;))/gu,
    (all, address, sign) => (address ? address : `\\${sign}`))
  .replace(/^([-+>#=~])/, "\\$1")
  .replace(/^(\d{1,9})([.)])(?= )/, "$1\\$2");

const asQuotation = (text) => text
  .split(/\n{2,}/)
  .map((block) => block.split("\n").map((line) => line.replace(/\s+/g, " ").trim()).filter(Boolean))
  .filter((lines) => lines.length)
  .map((lines) => lines.map((line) => `> ${escapeLine(line)}`).join("\n"))
  .join("\n>\n");

// Inserts the quotation at this place; the text in the field stays, and so does the caret if somebody has typed on.
export const insertQuotation = (target, quotation, source, at) => {
  const field = fieldOf(target);
  const rest = field.value.length - Math.max(field.selectionEnd, at);
  const before = field.value.slice(0, at).trimEnd();
  const after = field.value.slice(at).trimStart();
  const head = before ? `${before}\n\n` : "";
  field.value = `${head}${quotation.trimEnd()}\n\n${after}`;
  field.focus();
  field.selectionStart = field.selectionEnd = field.value.length - Math.min(rest, after.length);
  const named = target.elements.sources;
  if (named && !named.value.split(" ").includes(source)) named.value = `${named.value} ${source}`.trim();
  if (!after) field.scrollTop = field.scrollHeight;
  field.dispatchEvent(new Event("input", { bubbles: true })); // drafts.js listens
  field.scrollIntoView({ block: "center" });
};

// At the caret, or at the end.
const insert = (target, { text, source }) => {
  const { selectionEnd, value } = fieldOf(target);
  insertQuotation(target, asQuotation(text), source, selectionEnd || value.length);
};

const isTouched = (target) => Boolean(fieldOf(target)?.value.trim())
  || [...target.querySelectorAll("input:not([type=hidden])")]
    .some((field) => (field.type === "checkbox"
      ? field.checked !== field.defaultChecked : field.value !== field.defaultValue));

// Into the reply form of the quoted comment; but a form that already has text is right, too.
const quote = () => {
  const what = read() ?? selected; // a tap may have removed the selection, or the reader made a new one
  const open = form();
  hide();
  getSelection().removeAllRanges();
  const link = what.source === "post" ? null : replyTo(what.source);
  if (open && (!link || isTouched(open) || open.elements.parent.value === what.source)) insert(open, what);
  else if (link) openReply(link).then((target) => target && insert(target, what));
};

// The selection

const element = (node) => (node?.nodeType === Node.TEXT_NODE ? node.parentElement : node);

const textOf = (range) => {
  const copy = range.cloneContents();
  for (const element of copy.querySelectorAll(NOT_TEXT)) element.remove();
  // Line breaks in the source of the page mean nothing, except in code.
  const texts = document.createTreeWalker(copy, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const node = texts.currentNode;
    if (!node.parentElement?.closest("pre")) node.data = node.data.replace(/\s+/g, " ");
  }
  for (const lineBreak of copy.querySelectorAll("br")) lineBreak.replaceWith("\n");
  for (const block of copy.querySelectorAll(BLOCKS)) block.append("\n\n");
  return copy.textContent.replace(/[^\S\n]*\n[^\S\n]*/g, "\n").trim();
};

// Where the word begins and ends that `offset` is inside of, in a text; `offset` twice anywhere else.
const wordAt = (node, offset) => {
  if (node.nodeType !== Node.TEXT_NODE || !Intl.Segmenter) return [offset, offset];
  const { lang } = node.parentElement.closest("[lang]");
  const { index, segment, isWordLike } = new Intl.Segmenter(lang, { granularity: "word" }).segment(node.data).containing(offset) ?? {};
  return isWordLike && index < offset ? [index, index + segment.length] : [offset, offset];
};

// A finger seldom meets the edge of a word; and browsers find a passage in a post by whole words only.
const widen = (range) => {
  const { startContainer, startOffset, endContainer, endOffset } = range;
  range.setStart(startContainer, wordAt(startContainer, startOffset)[0]);
  range.setEnd(endContainer, wordAt(endContainer, endOffset)[1]);
};

const read = () => {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  const where = element(range.startContainer)?.closest("[data-quotable]");
  if (!where || !form() && !replyTo(where.dataset.quotable)) return null;
  const part = range.cloneRange();
  // A triple click selects past the end of the text: only the text is meant.
  if (!where.contains(range.endContainer)) part.setEnd(where, where.childNodes.length);
  widen(part);
  const text = textOf(part);
  return text ? { text, source: where.dataset.quotable, where, range: part } : null;
};

const hide = () => {
  selected = null;
  button.hidden = true;
};

// Below the end of the selection, clear of fingers and the system's menu; after the text in tab order.
const show = () => {
  const selection = read();
  if (!selection) {
    if (document.activeElement !== button) hide();
    return;
  }
  selected = { text: selection.text, source: selection.source };
  if (button.previousElementSibling !== selection.where) selection.where.after(button);
  button.hidden = false;
  const rows = selection.range.getClientRects();
  const last = rows[rows.length - 1];
  const home = button.offsetParent.getBoundingClientRect();
  const room = document.documentElement.clientWidth - button.offsetWidth - GAP;
  button.style.top = `${last.bottom - home.top + GAP}px`;
  button.style.left = `${Math.max(GAP, Math.min(last.right - button.offsetWidth / 2, room)) - home.left}px`;
};

// After a link has filled the form.
const finish = () => {
  const field = fieldOf(document.querySelector("form.respond[data-quoted]"));
  if (!field) return;
  field.focus();
  field.selectionStart = field.selectionEnd = field.value.length;
  field.scrollTop = field.scrollHeight;
};

export const start = (open) => {
  openReply = open;
  const word = document.querySelector("[data-quote-word]")?.dataset.quoteWord;
  if (!word) return; // the conversation is closed
  button = document.createElement("button");
  button.type = "button";
  button.className = "quote-button";
  button.textContent = word;
  button.hidden = true;
  button.addEventListener("pointerdown", (event) => event.preventDefault()); // or the selection would be lost
  button.addEventListener("click", quote);
  button.addEventListener("blur", () => show());
  let soon;
  document.addEventListener("selectionchange", () => {
    clearTimeout(soon);
    soon = setTimeout(show, 100);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hide();
    // Tab goes from the selection to the button, wherever the browser would start.
    if (event.key !== "Tab" || event.shiftKey || !selected || document.activeElement !== document.body) return;
    event.preventDefault();
    button.focus();
  });
  finish();
  show();
};
