// What was sent and stored, shown in its thread: on screen, focused, and with a line that says what becomes of it.
import { build, loadPage } from "./load-page.js";

const SAY_AFTER = 200; // milliseconds: screen readers notice a live region that has been there for a moment
const SAID = "h1:not(.receipt__state), :scope > p:not(.kicker, .notice__actions, .receipt__bookmark)";

// The anchor of the comment, and what is said of it: by the form, or by the receipt or the thanks that it leads to.
export const readOutcome = async (form, where) => {
  if (where.hash.startsWith("#comment-")) return [where.hash.slice(1), form.dataset.done];
  const text = (await loadPage(where)).page.querySelector(".receipt, .notice");
  const words = [...text.querySelectorAll(SAID)].map((part) => part.textContent.trim().replace(/[^.!?]$/, "$&."));
  const link = text.dataset.link ? build("a", { href: where, textContent: text.dataset.link }) : "";
  const anchor = text.querySelector(".button[href*='#comment-']")?.hash.slice(1);
  return [anchor ?? form.closest(".comment").id, words.join(" "), " ", link];
};

export const say = (element, ...words) => {
  document.querySelector(".comment__outcome")?.remove();
  const line = build("p", { className: "comment__outcome", role: "status" });
  element.append(line);
  setTimeout(() => line.append(...words), SAY_AFTER);
};

// Renews the thread of this page. Raises if the comment is on another page.
export const showComment = async (anchor) => {
  const { page } = await loadPage(location.href);
  if (!page.getElementById(anchor)?.closest(".thread")) throw new Error(anchor);
  for (const form of page.querySelectorAll("form.respond")) form.remove();
  const folded = [...document.querySelectorAll(".branch:not([open])")].map((fold) => fold.previousElementSibling.id);
  for (const part of ["#comments-heading", ".sprite", ".thread"]) {
    const now = document.querySelector(part);
    if (now) now.replaceWith(page.querySelector(part));
    else document.querySelector("form.respond").before(page.querySelector(part));
  }
  for (const id of folded) document.getElementById(id)?.nextElementSibling?.removeAttribute("open");
  location.replace(`#${anchor}`);
  document.getElementById(anchor).focus({ preventScroll: true });
};
