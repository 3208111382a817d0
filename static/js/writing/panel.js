// The side panel of the writing page: remembers which groups are open, and shows the first as a panel of its own before
// a post is published. Enter in the title goes on to the text. Without this file the groups fold, and nothing else.
import { tryStorage } from "../try-storage.js";

const MEMORY = "registan.open-groups";
const page = document.querySelector("[data-writing]");
const form = page.closest("form");

// Folding.

const groups = () => [...page.querySelectorAll("[data-group]")];
const remembered = () => tryStorage(() => JSON.parse(localStorage.getItem(MEMORY))) ?? {};

export const restoreGroups = () => {
  const open = remembered();
  for (const group of groups()) {
    const hasError = group.querySelector(".errorlist");
    if (!hasError && group.dataset.group in open) group.open = open[group.dataset.group];
  }
};

page.addEventListener("click", ({ target }) => {
  const summary = target.closest("summary");
  if (!summary) return;
  const group = summary.parentElement;
  // The group has not changed yet when it is clicked.
  tryStorage(() => localStorage.setItem(MEMORY, JSON.stringify({ ...remembered(), [group.dataset.group]: !group.open })));
});

// The panel: the group that has the buttons for the next step.

const PANEL = "side-group--panel";
const panel = () => page.querySelector("[data-group]:has([data-verbs])");
const isPanel = () => panel().classList.contains(PANEL);
const opener = () => form.querySelector("[data-open-panel]");

const closePanel = () => {
  if (!isPanel()) return;
  panel().classList.remove(PANEL);
  document.documentElement.classList.remove("is-publishing");
};

const labelPublish = () => {
  const button = panel().querySelector("[data-publish]");
  if (!button) return;
  button.dataset.now ??= button.textContent;
  const [day, time] = [0, 1].map((part) => form.elements[`published_at_${part}`]?.value.trim());
  const [hours, minutes] = (time || "0:0").split(":");
  const [year, month, date] = (day || "").split("-");
  const isLater = day && new Date(year, month - 1, date, hours, minutes) > Date.now();
  button.textContent = isLater ? button.dataset.schedule : button.dataset.now;
};

const openPanel = () => {
  document.dispatchEvent(new CustomEvent("editor:leave-full-screen"));
  panel().open = true;
  panel().classList.add(PANEL);
  document.documentElement.classList.add("is-publishing");
  panel().querySelector("summary").focus();
  labelPublish();
};

form.addEventListener("click", (event) => {
  if (!event.target.closest("[data-open-panel]")) return;
  event.preventDefault();
  if (isPanel()) closePanel();
  else openPanel();
});
page.addEventListener("click", (event) => {
  if (!isPanel() || event.target.closest("summary")?.parentElement !== panel()) return;
  event.preventDefault(); // the name of the panel closes it
  closePanel();
  opener()?.focus();
}, true);
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented || !isPanel()) return;
  event.preventDefault();
  closePanel();
  opener()?.focus();
});
document.addEventListener("writing:saved", closePanel);

form.addEventListener("input", labelPublish);
form.addEventListener("focusin", labelPublish);

// Keys.

form.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing || event.defaultPrevented || !event.target.matches("input[type=text]")) return;
  if (event.target.name === "title") {
    event.preventDefault();
    form.elements.body.focus();
  } else if (isPanel() && panel().contains(event.target)) {
    const next = panel().querySelector("[data-verbs] .admin-button--primary");
    if (!next) return;
    event.preventDefault();
    labelPublish();
    form.requestSubmit(next);
  }
});
document.addEventListener("keydown", (event) => {
  const isSave = (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && (event.key === "s" || event.code === "KeyS");
  if (!isSave) return;
  event.preventDefault();
  form.requestSubmit(form.querySelector("[data-save-bar] [name=_continue]"));
});

restoreGroups();
document.addEventListener("writing:renewed", restoreGroups);
