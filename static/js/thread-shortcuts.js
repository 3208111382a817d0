// Keyboard shortcuts of a thread: next and previous comment, parent and back; collapsing; the list of shortcuts.
import { tryStorage } from "./try-storage.js";

const dialog = document.querySelector("[data-shortcuts]");
const onOff = dialog.querySelector("[data-shortcuts-on]");
// The moderation queue reads the same setting.
const SETTING = "registan.keys";
const RETURN_PATH = "registan.back";

const comments = () => [...document.querySelectorAll(".comment")];
const level = (comment) => Number(/comment--l(\d)/.exec(comment.className)[1]);
const follows = (first, second) => first.compareDocumentPosition(second) & Node.DOCUMENT_POSITION_FOLLOWING;

const isSeen = (comment) => {
  const { top, bottom } = comment.getBoundingClientRect();
  return bottom > 0 && top < innerHeight;
};

// A comment that starts above this height (in pixels) is being read; the first one below is the next.
const TOP = 64;

// The comment being read: the focused one if visible, otherwise the one at the top of the window.
const current = () => {
  const focused = document.activeElement.closest(".comment");
  if (focused && isSeen(focused)) return focused;
  return comments().findLast((comment) => comment.checkVisibility() && comment.getBoundingClientRect().top < TOP);
};

const go = (comment) => {
  for (let fold = comment.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  comment.focus({ preventScroll: true });
  // Instantly: during a smooth scroll the next key press would find this comment out of sight.
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
    ? list.find((comment) => !here || follows(here, comment))
    : list.findLast((comment) => here && follows(comment, here));
  const onward = fresh.length
    ? (forward ? fresh.at(-1) : fresh[0]).querySelector(forward ? "[data-next-new]" : "[data-previous-new]")
    : document.querySelector("[data-first-new]"); // the new comments are on another page
  if (next && (fresh.length || !onward)) go(next);
  else onward?.click();
};

// The parent of a comment: from its link if it has one, otherwise the last comment before it on a higher level.
const parentOf = (comment) => {
  const link = comment.querySelector(".comment__parent a");
  if (link) return /(\d+)\/?$/.exec(link.getAttribute("href"))[1];
  const all = comments();
  return all.slice(0, all.indexOf(comment)).findLast((earlier) => level(earlier) < level(comment))?.id.slice("comment-".length);
};

const climb = (further) => {
  const here = current()?.id.slice("comment-".length);
  if (!here) return;
  const [at, from] = tryStorage(() => sessionStorage.getItem(RETURN_PATH)?.split(" ")) ?? [];
  if (at === here && !further) {
    tryStorage(() => sessionStorage.removeItem(RETURN_PATH));
    visit(from);
    return;
  }
  const parent = parentOf(document.getElementById(`comment-${here}`));
  if (!parent) return;
  tryStorage(() => sessionStorage.setItem(RETURN_PATH, `${parent} ${here}`));
  visit(parent);
};

// On a Cyrillic or Arabic keyboard the same keys are in the same places.
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

// Collapses all branches or, if all are collapsed, expands them.
export const foldAll = (button) => {
  const folds = [...document.querySelectorAll(".branch")];
  const open = folds.every((fold) => !fold.open);
  for (const fold of folds) fold.open = open;
  button.textContent = open ? button.dataset.fold : button.dataset.unfold;
};

onOff.checked = tryStorage(() => localStorage.getItem(SETTING)) !== "off";
onOff.addEventListener("change", () => tryStorage(() => localStorage.setItem(SETTING, onOff.checked ? "on" : "off")));
