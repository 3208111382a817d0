// The script of a reader's page; it imports the others when they are needed.
const $ = (selector) => document.querySelector(selector);
const form = $("[data-draft]");
const tryStorage = (what) => {
  try {
    return what();
  } catch {
    return null; // forbidden
  }
};

// Drafts: from the first touch of the form, or if there is one. Fetched early: the connection may break.
let drafting;
const begin = () => { drafting ??= import("./drafts.js").then((module) => module.start(form)); };
if (tryStorage(() => Object.keys(localStorage).some((key) => key.startsWith("registan.draft")))) begin();
if (form) addEventListener("scroll", () => import("./drafts.js"), { once: true });

// A cached form has no time: asks for one when somebody starts to write.
const touch = () => {
  begin();
  import("./form-time.js").then((module) => module.setFormTime(form));
};
form?.addEventListener("focusin", touch, { once: true });
// Already typing.
const words = form?.querySelector("textarea");
if (form?.matches(":focus-within") || words?.value !== words?.defaultValue) touch();

form?.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
  event.preventDefault();
  form.requestSubmit(form.querySelector("[value=send]"));
});

// Quotations: from the first selection that can be quoted, or if one waits for the form.
let quoting;
const quote = () => { quoting ??= import("./quote.js").then((module) => module.start()); };
const isQuotable = () => {
  const { anchorNode, isCollapsed } = getSelection();
  return !isCollapsed && (anchorNode?.parentElement ?? anchorNode)?.closest?.("[data-quotable]");
};
document.addEventListener("selectionchange", () => { if (isQuotable()) quote(); });
if ($("[data-quoted]") || tryStorage(() => sessionStorage.getItem("quote"))) Promise.resolve(drafting).then(quote);

// Shortcuts and collapsing: shown only where scripts run.
const run = (name, what) => import("./thread-shortcuts.js").then((module) => module[name](what));
for (const button of document.querySelectorAll("[data-action]")) {
  button.hidden = false;
  button.addEventListener("click", () => run(button.dataset.action, button));
}
if ($("[data-shortcuts]")) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.matches("input, textarea, select, [contenteditable]")) return;
    if (/^[jkp?]$/i.test(event.key) || /^Key[JKP]$/.test(event.code)) run("press", event);
  });
}

// An old link to a page of a thread that has grown since: asks where the comment is now.
const place = /^#comment-(\d+)$/.exec(location.hash)?.[1];
const [arrival] = performance.getEntriesByType("navigation");
if (place && $("#comments") && !$(`#comment-${place}`) && !arrival?.redirectCount) {
  const link = `/comments/${place}/`;
  fetch(link, { method: "HEAD", redirect: "manual" })
    .then(({ type }) => type === "opaqueredirect" && location.replace(link));
}
