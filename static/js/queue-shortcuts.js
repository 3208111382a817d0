// Single keys for the queue. A button or a fold says its own key (data-key); this file knows only how to get there.
const main = document.querySelector("main");
const dialog = document.querySelector("[data-keys]");
const onOff = dialog.querySelector("[data-keys-on]");
const STORED = "registan.keys";

const rows = () => [...main.querySelectorAll(".queued")];
const current = () => main.querySelector(".queued[aria-current]");
const isFree = (row) => row.querySelector("[data-claim]").hidden;
const isField = (element) => element.matches("input:not([type=checkbox]), textarea, select, [contenteditable]");

const go = (row) => {
  if (!row) return;
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: "start" });
};

// The next that nobody else looks at; when there is none, the next.
const step = (direction) => {
  const all = rows();
  const at = all.indexOf(current());
  if (at < 0) return go(all.find(isFree) ?? all[0]);
  const ahead = direction > 0 ? all.slice(at + 1) : all.slice(0, at).reverse();
  return go(ahead.find(isFree) ?? ahead[0]);
};

// What a fold opens: inside it or, for removing, below its row of verbs.
const bodyOf = (fold) => fold.querySelector(".act__body") ?? fold.parentElement.nextElementSibling;
const foldOf = (body) => body.closest("details.act") ?? body.previousElementSibling.querySelector("details.act");

const press = (key) => {
  const page = main.querySelector(`[data-page-key="${key}"]`);
  if (page) return (main.querySelector(".notice__undo") ?? page).click();
  const row = current();
  const control = (row ?? main).querySelector(`.queued [data-key="${key}"], [data-key="${key}"]`);
  if (!control) return undefined;
  if (!row) return step(1);
  if (control.tagName !== "SUMMARY") return control.click();
  const fold = control.parentElement;
  if (!fold.open) control.click();
  return bodyOf(fold).querySelector("select, textarea, button, a")?.focus();
};

// A Cyrillic or Arabic keyboard has the same keys in the same places.
const letter = (event) => (/^[a-z?]$/i.test(event.key) || !event.code.startsWith("Key")
  ? event.key.toLowerCase() : event.code.slice(3).toLowerCase());

const inField = (event) => {
  const row = event.target.closest(".queued");
  const body = event.target.closest(".act__body");
  if (!row || !body || event.isComposing) return;
  if (event.key === "Escape") {
    foldOf(body).open = false;
    go(row);
  } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey || !event.target.matches("textarea"))) {
    event.preventDefault();
    body.querySelector("[data-main]")?.click();
  }
};

document.addEventListener("keydown", (event) => {
  if (dialog.open) return;
  if (isField(event.target)) return inField(event);
  if (event.key === "Escape") {
    for (const fold of current()?.querySelectorAll("details.act[open]") ?? []) fold.open = false;
    return go(current());
  }
  if (event.ctrlKey || event.metaKey || event.altKey || !onOff.checked) return undefined;
  const key = letter(event);
  if (key === "?") dialog.showModal();
  else if (key === "j" || key === "k") step(key === "j" ? 1 : -1);
  else if (/^[a-z]$/.test(key) && !event.repeat) press(key);
  else return undefined;
  return event.preventDefault();
});

// Whatever has the focus, by key or by thumb, is the current comment; elsewhere none is, and no key decides.
document.addEventListener("focusin", (event) => {
  const row = event.target.closest(".queued");
  if (row && row === current()) return;
  current()?.removeAttribute("aria-current");
  if (!row) return;
  row.setAttribute("aria-current", "true");
  row.dispatchEvent(new Event("desk:current", { bubbles: true }));
});

const showButton = () => {
  const button = main.querySelector("[data-open-keys]");
  if (button) button.hidden = false;
};

main.addEventListener("click", (event) => {
  if (event.target.closest("[data-open-keys]")) dialog.showModal();
});
main.addEventListener("desk:drawn", showButton);
onOff.checked = localStorage.getItem(STORED) !== "off";
onOff.addEventListener("change", () => localStorage.setItem(STORED, onOff.checked ? "on" : "off"));
showButton();
