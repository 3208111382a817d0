// The one script of a post's page and of a receipt; what it offers is loaded when wanted.
const $ = (selector) => document.querySelector(selector);
const form = $("[data-draft]");

// Drafts: from the first touch of the form, and wherever one is kept. Fetched earlier: the line may break.
const drafts = () => import("./drafts.js").then((module) => module.start(form));
const isKept = () => {
  try {
    return Object.keys(localStorage).some((key) => key.startsWith("registan.draft"));
  } catch {
    return false; // storage is forbidden
  }
};
let drafting;
const begin = () => { drafting ??= drafts(); };
if (isKept()) begin();
else form?.addEventListener("focusin", begin, { once: true });
if (form) addEventListener("scroll", () => import("./drafts.js"), { once: true });

form?.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
  event.preventDefault();
  form.requestSubmit(form.querySelector("[value=send]"));
});

// The form on a page that everybody shares bears no time: the site is asked for one when somebody begins to write.
form?.addEventListener("focusin", () => import("./stamp.js").then((module) => module.stamp(form)), { once: true });

// Quotations: from the first selection of words that can be quoted, and where words wait to be put into the form.
let quoting;
const quote = () => { quoting ??= import("./quote.js").then((module) => module.start()); };
const isQuotable = () => {
  const { anchorNode, isCollapsed } = getSelection();
  return !isCollapsed && (anchorNode?.parentElement ?? anchorNode)?.closest?.("[data-quotable]");
};
const waits = () => {
  try {
    return sessionStorage.getItem("quote") !== null;
  } catch {
    return false;
  }
};
document.addEventListener("selectionchange", () => { if (isQuotable()) quote(); });
if ($("[data-quoted]") || waits()) Promise.resolve(drafting).then(quote);

// Keys and folds: what only scripts can do is shown only where they run.
const walk = (name, what) => import("./walk.js").then((module) => module[name](what));
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
