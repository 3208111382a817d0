// Offers buttons and labels in the reader's language, once, where the page has them in another. The browser decides, not
// the server: pages are the same for everyone.
import { tryStorage } from "./try-storage.js";

const KEY = "language-offer";

const offerLanguage = () => {
  const form = document.querySelector("[data-languages]");
  if (!form) return;
  const rememberAnswer = () => tryStorage(() => localStorage.setItem(KEY, "answered"));
  form.addEventListener("submit", rememberAnswer);
  const find = (tag) => form.querySelector(`:scope > [lang="${CSS.escape(tag.split("-")[0].toLowerCase())}"]`);
  const choice = navigator.languages.map(find).find(Boolean);
  if (!choice?.dataset.offer || tryStorage(() => localStorage.getItem(KEY))) return;

  const line = document.createElement("p");
  line.className = "language-offer";
  line.lang = choice.lang;
  const accept = choice.cloneNode(true);
  accept.setAttribute("form", form.id);
  const close = document.createElement("button");
  close.type = "button";
  close.className = "language-offer__close";
  close.ariaLabel = choice.dataset.close;
  close.textContent = "×";
  close.addEventListener("click", () => {
    rememberAnswer();
    line.remove();
  });
  line.append(choice.dataset.offer, " ", accept, " ", close);
  form.parentElement.append(line);
};

document.addEventListener("DOMContentLoaded", offerLanguage);
