// The script of a post and of every page with a form for readers. Loaded in the head without `defer`: the theme is set at
// once, everything else starts when the page has been parsed. Imports what only some readers need when they need it.
import "./theme.js";
import "./language-offer.js";
import { startLocalTimes } from "./local-times.js";
import { startDrafts } from "./drafts.js";
import { setFormTime } from "./form-time.js";
import { tryStorage } from "./try-storage.js";

startLocalTimes();

const $ = (selector) => document.querySelector(selector);

const loadInPlace = () => import("./in-place.js");

// Sends a form of the conversation in place; by the browser if the script for it does not come.
const sendInPlace = (form) => form.addEventListener("submit", (event) => {
  if (!form.closest("#comments") || ("plain" in form.dataset && navigator.onLine)) return;
  event.preventDefault();
  const plainly = () => {
    form.dataset.plain = "";
    form.requestSubmit(event.submitter);
  };
  loadInPlace().then(({ send }) => send(form, event.submitter, startForm), plainly);
});

const startFormat = (form, tools) => {
  tools.hidden = false;
  tools.addEventListener("click", ({ target }) => {
    if (target.value) import("./format.js").then(({ format }) => format(form.elements.body, target.value));
  });
};

// Drafts: from the first touch of the form, or if there is one. `form` may be null.
const startForm = (form) => {
  let isStarted = false;
  const begin = () => {
    if (!isStarted) startDrafts(form);
    isStarted = true;
  };
  if (tryStorage(() => Object.keys(localStorage).some((key) => key.startsWith("registan.draft")))) begin();
  if (!form) return;
  if (form.elements.namedItem("remember") && /(?:^|; )commenter=./.test(document.cookie)) {
    import("./remembered.js").then((module) => module.start(form));
  }

  // A cached form has no time: asks for one when somebody starts to write.
  const touch = () => {
    begin();
    setFormTime(form);
    if (form.closest("#comments")) loadInPlace().catch(() => {});
  };
  form.addEventListener("focusin", touch, { once: true });
  // Already typing.
  const words = form.querySelector("textarea");
  if (form.matches(":focus-within") || words?.value !== words?.defaultValue) touch();
  const tools = form.querySelector("[data-format]");
  if (tools) startFormat(form, tools);

  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit(form.querySelector("[value=send]"));
  });
  sendInPlace(form);
};

const startWriting = () => startForm($("[data-draft]"));

// Links to reply, quote, edit and report. Loads what they need before the finger is lifted, since phones open their keyboard
// only for a field that gets the focus at once.
const inPlace = ({ target }) => {
  const link = target.closest("#comments a:not(.comment__body a)");
  return link?.origin === location.origin && /#respond$|\/(?:edit|report)\/$/.test(link.href) ? link : null;
};
const openInPlace = (link) => loadInPlace().then(
  ({ open }) => open(link, startForm), () => location.assign(link.href));

const startInPlace = () => {
  document.addEventListener("pointerdown", (event) => { if (inPlace(event)) loadInPlace().catch(() => {}); });
  document.addEventListener("click", (event) => {
    const link = inPlace(event);
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    openInPlace(link);
  });
};

// Quotations: from the first selection that can be quoted, or if one waits for the form.
const startQuoting = () => {
  let quoting;
  const quote = () => { quoting ??= import("./quote.js").then((module) => module.start(openInPlace)); };
  const isQuotable = () => {
    const { anchorNode, isCollapsed } = getSelection();
    return !isCollapsed && (anchorNode?.parentElement ?? anchorNode)?.closest?.("[data-quotable]");
  };
  document.addEventListener("selectionchange", () => { if (isQuotable()) quote(); });
  if ($("[data-quoted]")) quote();
};

// Shortcuts and collapsing: shown only where scripts run.
const startShortcuts = () => {
  const run = (name, what) => import("./thread-shortcuts.js").then((module) => module[name](what));
  for (const button of document.querySelectorAll("[data-action]")) {
    button.hidden = false;
    button.addEventListener("click", () => run(button.dataset.action, button));
  }
  if (!$("[data-shortcuts]")) return;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.matches("input, textarea, select, [contenteditable]")) return;
    if (/^[jkp?]$/i.test(event.key) || /^Key[JKP]$/.test(event.code)) run("press", event);
  });
};

// New comments: asked for once the page has been open for a minute.
const startCounting = () => {
  if ($("[data-new-comments]")) setTimeout(() => import("./new-comments.js").then((module) => module.start()), 60_000);
};

// Collapsing a branch by its line: its first line comes into view, or the reader would not know where they are.
const keepFoldInView = () => document.addEventListener("click", ({ target }) => {
  const fold = target.closest(".branch__fold");
  if (fold?.getBoundingClientRect().top < 0) fold.scrollIntoView({ behavior: "instant" });
});

// An old link to a page of a thread that has grown since: asks where the comment is now, by its number here or, in this
// conversation, by the one that it had on the blog that moved in.
const findComment = () => {
  const place = /^#(?:(?:remark42__)?comment-|isso-|c)(\d[\da-f-]*|[a-f][\da-f-]{35})$/.exec(location.hash)?.[1];
  const [arrival] = performance.getEntriesByType("navigation");
  // Redirected by this very question: it would be asked for ever. From elsewhere, an old address may have led here.
  const wasAsked = arrival?.redirectCount && document.referrer.startsWith(location.origin);
  if (!place || !$("#comments") || $(location.hash) || wasAsked) return;
  const link = `/comments/${place}/?${location.search.slice(1)}&at=${location.pathname}`;
  fetch(link, { method: "HEAD", redirect: "manual" })
    .then(({ type }) => type === "opaqueredirect" && location.replace(link));
};

const STARTS = [startWriting, startInPlace, startQuoting, startShortcuts, startCounting, keepFoldInView, findComment];
for (const start of STARTS) {
  document.addEventListener("DOMContentLoaded", start);
}
