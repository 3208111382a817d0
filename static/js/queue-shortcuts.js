// Keyboard shortcuts of the queue. Each button or details names its own key (data-key); this file only dispatches.
const main = document.querySelector("main");
const dialog = document.querySelector("[data-shortcuts]");
const onOff = dialog.querySelector("[data-shortcuts-on]");
const SETTING = "registan.keys";

const rows = () => [...main.querySelectorAll(".queue-item")];
const current = () => main.querySelector(".queue-item[aria-current]");
const isFree = (row) => row.querySelector("[data-claim]").hidden;
const isField = (element) => element.matches("input:not([type=checkbox]), textarea, select, [contenteditable]");

const go = (row) => {
  if (!row) return;
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: "start" });
};

// The next comment that nobody else reviews; if there is none, the next one.
const step = (direction) => {
  const all = rows();
  const at = all.indexOf(current());
  if (at < 0) return go(all.find(isFree) ?? all[0]);
  const ahead = direction > 0 ? all.slice(at + 1) : all.slice(0, at).reverse();
  return go(ahead.find(isFree) ?? ahead[0]);
};

// What a details element opens: its content or, for removing, the part below the row of verbs.
const bodyOf = (fold) => fold.querySelector(".action__body") ?? fold.parentElement.nextElementSibling;
const foldOf = (body) => body.closest("details.action") ?? body.previousElementSibling.querySelector("details.action");

const press = (key) => {
  const page = main.querySelector(`[data-page-key="${key}"]`);
  if (page) return (main.querySelector(".notice__undo") ?? page).click();
  const row = current();
  const control = (row ?? main).querySelector(`.queue-item [data-key="${key}"], [data-key="${key}"]`);
  if (!control) return undefined;
  if (!row) return step(1);
  if (control.tagName !== "SUMMARY") return control.click();
  const fold = control.parentElement;
  if (!fold.open) control.click();
  return bodyOf(fold).querySelector("select, textarea, button, a")?.focus();
};

// On a Cyrillic or Arabic keyboard the same keys are in the same places.
const letter = (event) => (/^[a-z?]$/i.test(event.key) || !event.code.startsWith("Key")
  ? event.key.toLowerCase() : event.code.slice(3).toLowerCase());

const handleFieldKey = (event) => {
  const row = event.target.closest(".queue-item");
  const body = event.target.closest(".action__body");
  if (!row || !body || event.isComposing) return;
  if (event.key === "Escape") {
    foldOf(body).open = false;
    go(row);
  } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey || !event.target.matches("textarea"))) {
    event.preventDefault();
    body.querySelector("[data-default]")?.click();
  }
};

document.addEventListener("keydown", (event) => {
  if (dialog.open) return;
  if (isField(event.target)) return handleFieldKey(event);
  if (event.key === "Escape") {
    for (const fold of current()?.querySelectorAll("details.action[open]") ?? []) fold.open = false;
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

// The comment with the focus is the current one; without one, no key decides.
document.addEventListener("focusin", (event) => {
  const row = event.target.closest(".queue-item");
  if (row && row === current()) return;
  current()?.removeAttribute("aria-current");
  if (!row) return;
  row.setAttribute("aria-current", "true");
  row.dispatchEvent(new Event("queue:current", { bubbles: true }));
});

const showButton = () => {
  const button = main.querySelector("[data-open-shortcuts]");
  if (button) button.hidden = false;
};

main.addEventListener("click", (event) => {
  if (event.target.closest("[data-open-shortcuts]")) dialog.showModal();
});
main.addEventListener("queue:updated", showButton);
onOff.checked = localStorage.getItem(SETTING) !== "off";
onOff.addEventListener("change", () => localStorage.setItem(SETTING, onOff.checked ? "on" : "off"));
showButton();
