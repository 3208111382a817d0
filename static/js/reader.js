// The only script of a reader's page; it imports the others when needed.
const $ = (selector) => document.querySelector(selector);
const form = $("[data-draft]");
const attempt = (what) => {
  try {
    return what();
  } catch {
    return null; // storage is forbidden
  }
};

// Drafts: from the first touch of the form, and wherever one is kept. Fetched earlier: the line may break.
let drafting;
const begin = () => { drafting ??= import("./drafts.js").then((module) => module.start(form)); };
if (attempt(() => Object.keys(localStorage).some((key) => key.startsWith("registan.draft")))) begin();
if (form) addEventListener("scroll", () => import("./drafts.js"), { once: true });

// The form of a shared page bears no time: one is asked for when somebody begins to write.
const touch = () => {
  begin();
  import("./form-time.js").then((module) => module.stamp(form));
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

// Quotations: from the first selection of words that can be quoted, and where words wait to be put into the form.
let quoting;
const quote = () => { quoting ??= import("./quote.js").then((module) => module.start()); };
const isQuotable = () => {
  const { anchorNode, isCollapsed } = getSelection();
  return !isCollapsed && (anchorNode?.parentElement ?? anchorNode)?.closest?.("[data-quotable]");
};
document.addEventListener("selectionchange", () => { if (isQuotable()) quote(); });
if ($("[data-quoted]") || attempt(() => sessionStorage.getItem("quote"))) Promise.resolve(drafting).then(quote);

// Keys and folds: what only scripts can do is shown only where they run.
const walk = (name, what) => import("./thread-shortcuts.js").then((module) => module[name](what));
for (const way of document.querySelectorAll("[data-way]")) {
  way.hidden = false;
  way.addEventListener("click", () => walk(way.dataset.way, way));
}
if ($("[data-keys]")) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.matches("input, textarea, select, [contenteditable]")) return;
    if (/^[jkp?]$/i.test(event.key) || /^Key[JKP]$/.test(event.code)) walk("press", event);
  });
}

// An old link to a page of a thread that has grown since: the comment tells where it stands now.
const place = /^#comment-(\d+)$/.exec(location.hash)?.[1];
const [arrival] = performance.getEntriesByType("navigation");
if (place && $("#comments") && !$(`#comment-${place}`) && !arrival?.redirectCount) {
  const link = `/comments/${place}/`;
  fetch(link, { method: "HEAD", redirect: "manual" })
    .then(({ type }) => type === "opaqueredirect" && location.replace(link));
}
