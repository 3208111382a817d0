// The queue without reloading: a form's response replaces the page, and the next comment gets the focus.
// Text typed elsewhere stays. Without this file every form works as usual.
import { TOKEN, applyTokens } from "./csrf-tokens.js";

const main = document.querySelector("main");
const live = document.querySelector("[data-live]");
// Actions in the order in which they were clicked; the first is being sent.
const actions = [];

const queue = () => main.querySelector("[data-queue]");
const rows = (root = main) => [...root.querySelectorAll(".queue-item")];
const boxes = () => [...main.querySelectorAll('input[type="checkbox"][form="bulk"]')];

const announce = (message) => {
  live.textContent = "";
  // Without a pause, the same message twice would be read out once.
  setTimeout(() => { live.textContent = message; }, 50);
};

// Select all on this page, and show how many are selected.

const showSelected = () => {
  const count = main.querySelector("[data-selected-count]");
  const chosen = boxes().filter((box) => box.checked).length;
  if (count) count.textContent = chosen ? `${chosen} / ${boxes().length}` : "";
};

main.addEventListener("click", (event) => {
  if (!event.target.closest("[data-select]")) return;
  event.preventDefault();
  const all = boxes().some((box) => !box.checked);
  for (const box of boxes()) box.checked = all;
  showSelected();
});
main.addEventListener("change", showSelected);

// Scrolls opened details into view, above the bar for bulk actions.
main.addEventListener("toggle", (event) => {
  const fold = event.target;
  if (!fold.open || !fold.matches(".queue-item .action")) return;
  (fold.querySelector(".action__body") ?? fold.parentElement.nextElementSibling).scrollIntoView({ block: "nearest" });
}, true);

// What is typed while a response is on its way stays: the text, the caret, and the state that it was written for, so
// that another moderator's change is asked about and not overwritten.

const isField = (element) => element.matches("input:not([type=checkbox]), textarea, select");
const place = (element) => element.closest(".queue-item, .bulk")?.id ?? "";

const isChanged = (field) => {
  if (field.tagName === "SELECT") return field.selectedIndex > 0;
  return field.type !== "hidden" && field.value !== field.defaultValue;
};

const partsWithText = (action) => [...main.querySelectorAll(".queue-item, .bulk")]
  .filter((part) => part.id !== action.place)
  .filter((part) => [...part.querySelectorAll(".action__body :is(input, textarea, select)")].some(isChanged));

const keep = (part) => {
  const fresh = part.id ? document.getElementById(part.id) : main.querySelector(".filters");
  if (!fresh || part.matches(".confirmation")) return;
  const claim = fresh.querySelector("[data-claim]");
  if (claim) part.querySelector("[data-claim]").replaceWith(claim);
  fresh.replaceWith(part);
};

// Even if the comment has gone: without its field, the next letter typed would be a shortcut and decide.
const keepAlways = (part) => {
  keep(part);
  if (!part.isConnected) ((part.matches(".queue-item") && main.querySelector(".queue")) || queue()).prepend(part);
};

// Where the moderator went while the response was on its way; null if they waited for it.
const elsewhere = (action) => {
  const at = document.activeElement;
  if (at === document.body || (action.place && place(at) === action.place)) return null;
  return place(at) === action.from && !isField(at) ? null : at;
};

const findSame = (root, old) => [...root.querySelectorAll(old.localName)]
  .find((element) => element.textContent === old.textContent && element.value === old.value);

// The next comment: after those that were decided, and preferably one that nobody else reviews.

const isFree = (row) => row.querySelector("[data-claim]").hidden;

const nextAfter = (before, acted) => {
  const known = new Set(before);
  const now = rows();
  const returned = acted ? null : now.find((row) => !known.has(row.id));
  const following = before.slice(before.indexOf(acted)).map((id) => document.getElementById(id)).filter(Boolean);
  const stays = acted && document.getElementById(acted);
  return returned ?? stays ?? following.find(isFree) ?? now.find(isFree) ?? following[0] ?? now[0];
};

const goNext = (before, acted) => {
  const next = nextAfter(before, before.includes(acted) ? acted : undefined);
  const target = main.querySelector("[data-confirmation]") ?? next ?? main.querySelector(".queue__empty");
  target?.focus({ preventScroll: true });
  target?.scrollIntoView({ block: target.matches(".queue__empty") ? "nearest" : "start" });
};

// Keeps the same element at the same height; false if it has gone.
const stay = (at, top) => {
  const root = document.getElementById(place(at));
  const target = at.isConnected ? at : findSame(root ?? main, at) ?? root;
  if (!target) return false;
  target.focus({ preventScroll: true });
  window.scrollBy({ top: target.getBoundingClientRect().top - top, behavior: "instant" });
  return true;
};

const replacePage = (page) => {
  main.replaceChildren(...page.querySelector("main").childNodes);
  document.querySelector(".admin-waiting")?.replaceWith(page.querySelector(".admin-waiting"));
  document.title = page.title;
};

const applyPage = (page, action) => {
  const before = rows().map((row) => row.id);
  const at = elsewhere(action);
  const top = at?.getBoundingClientRect().top;
  const parts = partsWithText(action);
  const writing = at && isField(at) && at.closest(".queue-item, .bulk, .confirmation, .filters");
  const decided = action.body.getAll("comment");
  for (const box of boxes()) if (decided.includes(box.value)) box.checked = false;
  const chosen = new Set(boxes().filter((box) => box.checked).map((box) => box.value));
  replacePage(page);
  parts.forEach(keep);
  if (writing) keepAlways(writing);
  for (const box of boxes()) if (chosen.has(box.value)) box.checked = true;
  showSelected();
  main.dispatchEvent(new Event("queue:updated"));
  if (!at || !stay(at, top)) goNext(before, (at && place(at)) || action.place);
  announce([...main.querySelectorAll("[data-notice]")].map((notice) => notice.textContent).join(" "));
};

// No response, or not from the queue: everything stays as it is, and later actions are dropped, too.

const warn = (message) => {
  actions.splice(1);
  const notice = document.createElement("li");
  notice.className = "notice error";
  notice.textContent = message;
  let list = main.querySelector(".notices");
  if (!list) {
    list = document.createElement("ul");
    list.className = "messagelist notices";
    main.prepend(list);
  }
  list.replaceChildren(notice);
  announce(message);
};

const read = async (address, options) => {
  const answer = await fetch(address, options);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const isQueue = page.querySelector("[data-queue]") !== null;
  // Redirected to sign in, or a token from before the last sign-in: nothing was decided.
  const isRefused = !isQueue && (answer.redirected || answer.status === 403);
  return { page, isQueue, isRefused, address: answer.redirected ? answer.url : "" };
};

const post = (action) => {
  const body = new URLSearchParams(action.body);
  body.set(TOKEN, queue().querySelector(`[name=${TOKEN}]`).value);
  return read(action.address, { method: "POST", body });
};

const decide = async (action) => {
  let answer = await post(action);
  if (answer.isRefused) {
    // Signing in from another tab created new tokens: retries with one of those.
    const fresh = await read(location.href);
    if (fresh.isQueue) {
      applyTokens(fresh.page);
      answer = await post(action);
    }
  }
  if (!answer.isQueue) return warn(answer.isRefused ? queue().dataset.signedOut : queue().dataset.failed);
  if (answer.address) history.replaceState(null, "", answer.address);
  return applyPage(answer.page, action);
};

const sendAll = async () => {
  while (actions.length) {
    const [action] = actions;
    try {
      // A comment that has been decided meanwhile is not decided again.
      if (!action.place || document.getElementById(action.place)) await decide(action);
    } catch {
      warn(queue().dataset.failed);
    }
    actions.shift();
  }
};

main.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  event.preventDefault();
  const body = new URLSearchParams(new FormData(form, event.submitter));
  body.delete(TOKEN);
  // A double click counts once.
  if (actions.some((action) => String(action.body) === String(body))) return;
  actions.push({ address: form.getAttribute("action"), body, place: place(form), from: place(document.activeElement) });
  if (actions.length === 1) sendAll();
});

showSelected();
