// Quote what is selected: a button beside the selection puts it into the form, as a quotation of its source.
// A page says where words may be quoted from by data-quotable: "post", or the number of a comment.
import { attempt } from "./try-storage.js";

const KEPT = "quote";
const BLOCKS = "p, li, pre, h2, h3, h4, h5, h6, dt, dd, tr, blockquote, figure, summary";
const NOT_WORDS = ".footnote-ref, .footnote-back, .said-by > figcaption, script, style";
const GAP = 8;

let button;
let chosen = null; // { text, source }: what the button would quote

const form = () => document.querySelector("form.respond");
const fieldOf = (one) => one?.querySelector("textarea[name=body]");
const replyTo = (source) => document.querySelector(`#comment-${source} > .comment__reply`);

// Into a form

// As comments/threads/quotations.py does it: what readers' Markdown would take for a sign is no sign.
const escaped = (line) => line
  .replace(/(https?:\/\/\S+)|([\\*`]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])|\](?=\()|<(?=[a-zA-Z])|&(?=#?\w+;))/gu,
    (all, address, sign) => (address ? address : `\\${sign}`))
  .replace(/^([-+>#=~])/, "\\$1")
  .replace(/^(\d{1,9})([.)])(?= )/, "$1\\$2");

const asQuotation = (text) => text
  .split(/\n{2,}/)
  .map((block) => block.split("\n").map((line) => line.replace(/\s+/g, " ").trim()).filter(Boolean))
  .filter((lines) => lines.length)
  .map((lines) => lines.map((line) => `> ${escaped(line)}`).join("\n"))
  .join("\n>\n");

// What is typed stays: the quotation goes where the caret was, or after everything.
const insert = (target, { text, source }) => {
  const field = fieldOf(target);
  const at = field.selectionEnd || field.value.length;
  const before = field.value.slice(0, at).trimEnd();
  const after = field.value.slice(at).trimStart();
  const head = before ? `${before}\n\n` : "";
  field.value = `${head}${asQuotation(text)}\n\n${after}`;
  field.focus();
  field.selectionStart = field.selectionEnd = field.value.length - after.length;
  const named = target.elements.sources;
  if (named && !named.value.split(" ").includes(source)) named.value = `${named.value} ${source}`.trim();
  if (!after) field.scrollTop = field.scrollHeight;
  field.dispatchEvent(new Event("input", { bubbles: true })); // whoever keeps drafts wants to know
  field.scrollIntoView({ block: "center" });
};

const goAndReply = (link, what) => {
  try {
    sessionStorage.setItem(KEPT, JSON.stringify({ ...what, parent: what.source }));
    location.assign(link.href);
  } catch { // nothing can be kept here: then all of it is quoted, as without a script
    location.assign(link.parentElement.querySelector(".comment__quote").href);
  }
};

const isTouched = (one) => Boolean(fieldOf(one)?.value.trim())
  || [...one.querySelectorAll("input:not([type=hidden])")]
    .some((field) => (field.type === "checkbox"
      ? field.checked !== field.defaultChecked : field.value !== field.defaultValue));

// The reply form of the comment it is from; but a form in which somebody writes already is the right one, too.
const quote = () => {
  const what = read() ?? chosen; // a finger may have taken the selection away, and a quick hand made a new one
  const open = form();
  hide();
  getSelection().removeAllRanges();
  const link = what.source === "post" ? null : replyTo(what.source);
  if (open && (!link || isTouched(open) || open.elements.parent.value === what.source)) insert(open, what);
  else if (link) goAndReply(link, what);
};

// The selection

const element = (node) => (node?.nodeType === Node.TEXT_NODE ? node.parentElement : node);

const wordsOf = (range) => {
  const copy = range.cloneContents();
  for (const one of copy.querySelectorAll(NOT_WORDS)) one.remove();
  // Line ends in the page's own text mean nothing, but in code.
  const texts = document.createTreeWalker(copy, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const node = texts.currentNode;
    if (!node.parentElement?.closest("pre")) node.data = node.data.replace(/\s+/g, " ");
  }
  for (const one of copy.querySelectorAll("br")) one.replaceWith("\n");
  for (const one of copy.querySelectorAll(BLOCKS)) one.append("\n\n");
  return copy.textContent.replace(/[^\S\n]*\n[^\S\n]*/g, "\n").trim();
};

const read = () => {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  const where = element(range.startContainer)?.closest("[data-quotable]");
  if (!where || !form() && !replyTo(where.dataset.quotable)) return null;
  const part = range.cloneRange();
  // A selection that ends after the text (three clicks do that) means the text alone.
  if (!where.contains(range.endContainer)) part.setEnd(where, where.childNodes.length);
  const text = wordsOf(part);
  return text ? { text, source: where.dataset.quotable, where, range: part } : null;
};

const hide = () => {
  chosen = null;
  button.hidden = true;
};

// Below the end of the selection, where no finger and no menu of the system is; after the text in the order of keys.
const show = () => {
  const found = read();
  if (!found) {
    if (document.activeElement !== button) hide();
    return;
  }
  chosen = { text: found.text, source: found.source };
  if (button.previousElementSibling !== found.where) found.where.after(button);
  button.hidden = false;
  const rows = found.range.getClientRects();
  const last = rows[rows.length - 1];
  const home = button.offsetParent.getBoundingClientRect();
  const room = document.documentElement.clientWidth - button.offsetWidth - GAP;
  button.style.top = `${last.bottom - home.top + GAP}px`;
  button.style.left = `${Math.max(GAP, Math.min(last.right - button.offsetWidth / 2, room)) - home.left}px`;
};

// After another form was asked for, or a link has filled it.
const finish = () => {
  const here = form();
  const kept = attempt(() => JSON.parse(sessionStorage.getItem(KEPT)));
  attempt(() => sessionStorage.removeItem(KEPT));
  if (here && kept && here.elements.parent.value === kept.parent) insert(here, kept);
  else if (here?.matches("[data-quoted]")) {
    const field = fieldOf(here);
    field.focus();
    field.selectionStart = field.selectionEnd = field.value.length;
    field.scrollTop = field.scrollHeight;
  }
};

export const start = () => {
  const word = document.querySelector("[data-quote-word]")?.dataset.quoteWord;
  if (!word) return; // the conversation is closed
  button = document.createElement("button");
  button.type = "button";
  button.className = "quote-button";
  button.textContent = word;
  button.hidden = true;
  button.addEventListener("pointerdown", (event) => event.preventDefault()); // or the selection would go
  button.addEventListener("click", quote);
  button.addEventListener("blur", () => show());
  let soon;
  document.addEventListener("selectionchange", () => {
    clearTimeout(soon);
    soon = setTimeout(show, 100);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hide();
    // The way of keys goes from what is selected to the button, wherever the browser would begin.
    if (event.key !== "Tab" || event.shiftKey || !chosen || document.activeElement !== document.body) return;
    event.preventDefault();
    button.focus();
  });
  finish();
  show();
};
