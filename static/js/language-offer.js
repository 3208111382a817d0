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
  import("./language-line.js").then(({ showOffer }) => showOffer(form, choice, rememberAnswer));
};

document.addEventListener("DOMContentLoaded", offerLanguage);
