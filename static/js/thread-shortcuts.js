// Single keys for reading: from new comment to new comment, up to what one answers and back; folding; the list of keys.
import { attempt } from "./try-storage.js";

const dialog = document.querySelector("[data-keys]");
const onOff = dialog.querySelector("[data-keys-on]");
// The moderators' desk knows the same wish.
const WISH = "registan.keys";
const WAY_BACK = "registan.back";

const comments = () => [...document.querySelectorAll(".comment")];
const level = (comment) => Number(/comment--l(\d)/.exec(comment.className)[1]);
const follows = (one, other) => one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING;

const isSeen = (comment) => {
  const { top, bottom } = comment.getBoundingClientRect();
  return bottom > 0 && top < innerHeight;
};

// What begins no lower than this (in pixels) is being read; what begins below is the next.
const TOP = 64;

// What is read now: what has the focus, if it is in sight; else what stands at the top of the window.
const current = () => {
  const focused = document.activeElement.closest(".comment");
  if (focused && isSeen(focused)) return focused;
  return comments().findLast((one) => one.checkVisibility() && one.getBoundingClientRect().top < TOP);
};

const go = (comment) => {
  for (let fold = comment.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  comment.focus({ preventScroll: true });
  // At once: while a page glides, the next key would find this comment out of sight.
  comment.scrollIntoView({ block: "start", behavior: "instant" });
};

const visit = (number) => {
  const comment = document.getElementById(`comment-${number}`);
  if (comment) go(comment);
  else location.assign(`/comments/${number}/${location.search}`);
};

const step = (forward) => {
  const fresh = [...document.querySelectorAll(".comment--new")];
  const list = fresh.length ? fresh : comments();
  const here = current();
  const next = forward
    ? list.find((one) => !here || follows(here, one))
    : list.findLast((one) => here && follows(one, here));
  const onward = fresh.length
    ? (forward ? fresh.at(-1) : fresh[0]).querySelector(forward ? "[data-next-new]" : "[data-previous-new]")
    : document.querySelector("[data-first-new]"); // what is new stands on another page
  if (next && (fresh.length || !onward)) go(next);
  else onward?.click();
};

// To what this one answers: named in a link where its place does not tell, else the last before it on a lesser level.
const parentOf = (comment) => {
  const link = comment.querySelector(".comment__to a");
  if (link) return /(\d+)\/?$/.exec(link.getAttribute("href"))[1];
  const all = comments();
  return all.slice(0, all.indexOf(comment)).findLast((one) => level(one) < level(comment))?.id.slice("comment-".length);
};

const climb = (further) => {
  const here = current()?.id.slice("comment-".length);
  if (!here) return;
  const [at, from] = attempt(() => sessionStorage.getItem(WAY_BACK)?.split(" ")) ?? [];
  if (at === here && !further) {
    attempt(() => sessionStorage.removeItem(WAY_BACK));
    visit(from);
    return;
  }
  const parent = parentOf(document.getElementById(`comment-${here}`));
  if (!parent) return;
  attempt(() => sessionStorage.setItem(WAY_BACK, `${parent} ${here}`));
  visit(parent);
};

// A Cyrillic or Arabic keyboard has the same keys in the same places.
const letter = (event) => (/^[a-z?]$/i.test(event.key) || !event.code.startsWith("Key")
  ? event.key.toLowerCase() : event.code.slice(3).toLowerCase());

export const press = (event) => {
  if (dialog.open || !onOff.checked) return;
  const key = letter(event);
  if (key === "?") dialog.showModal();
  else if (key === "j" || key === "k") step(key === "j");
  else if (key === "p" && !event.repeat) climb(event.shiftKey);
};

export const list = () => dialog.showModal();

// Folds all branches or, when all are, unfolds them.
export const foldAll = (button) => {
  const folds = [...document.querySelectorAll(".branch")];
  const open = folds.every((one) => !one.open);
  for (const one of folds) one.open = open;
  button.textContent = open ? button.dataset.fold : button.dataset.unfold;
};

onOff.checked = attempt(() => localStorage.getItem(WISH)) !== "off";
onOff.addEventListener("change", () => attempt(() => localStorage.setItem(WISH, onOff.checked ? "on" : "off")));
