// The queue without reloading: a form's answer takes the page's place, the next comment the focus.
// What was typed elsewhere stays. Without this file every form works as forms do.
import { TOKEN, takeTokens } from "./csrf-tokens.js";

const main = document.querySelector("main");
const live = document.querySelector("[data-live]");
// What was pressed, in that order; the first is on its way.
const acts = [];

const desk = () => main.querySelector("[data-desk]");
const rows = (root = main) => [...root.querySelectorAll(".queued")];
const boxes = () => [...main.querySelectorAll('input[type="checkbox"][form="bulk"]')];

const say = (words) => {
  live.textContent = "";
  // A pause, or the same words twice are read out once.
  setTimeout(() => { live.textContent = words; }, 50);
};

// Choose all on this page, and say how many are chosen.

const showChosen = () => {
  const count = main.querySelector("[data-chosen]");
  const chosen = boxes().filter((box) => box.checked).length;
  if (count) count.textContent = chosen ? `${chosen} / ${boxes().length}` : "";
};

main.addEventListener("click", (event) => {
  if (!event.target.closest("[data-choose]")) return;
  event.preventDefault();
  const all = boxes().some((box) => !box.checked);
  for (const box of boxes()) box.checked = all;
  showChosen();
});
main.addEventListener("change", showChosen);

// What is unfolded comes into sight, above the bar for many.
main.addEventListener("toggle", (event) => {
  const fold = event.target;
  if (!fold.open || !fold.matches(".queued .act")) return;
  (fold.querySelector(".act__body") ?? fold.parentElement.nextElementSibling).scrollIntoView({ block: "nearest" });
}, true);

// What is typed while an answer is on its way stays itself: the words, the caret, and the state they were written
// for, so that a colleague's change meanwhile is asked about and not overwritten.

const isField = (element) => element.matches("input:not([type=checkbox]), textarea, select");
const place = (element) => element.closest(".queued, .bulk")?.id ?? "";

const changed = (field) => {
  if (field.tagName === "SELECT") return field.selectedIndex > 0;
  return field.type !== "hidden" && field.value !== field.defaultValue;
};

const typed = (act) => [...main.querySelectorAll(".queued, .bulk")]
  .filter((part) => part.id !== act.place)
  .filter((part) => [...part.querySelectorAll(".act__body :is(input, textarea, select)")].some(changed));

const keep = (part) => {
  const fresh = part.id ? document.getElementById(part.id) : main.querySelector(".sieve");
  if (!fresh || part.matches(".again")) return;
  const claim = fresh.querySelector("[data-claim]");
  if (claim) part.querySelector("[data-claim]").replaceWith(claim);
  fresh.replaceWith(part);
};

// Though it went meanwhile: without its field the next letter somebody types would be a key, and decide.
const keepAnyway = (part) => {
  keep(part);
  if (!part.isConnected) ((part.matches(".queued") && main.querySelector(".queue")) || desk()).prepend(part);
};

// Where the moderator went while the answer was on its way; null for one who waits for it.
const elsewhere = (act) => {
  const at = document.activeElement;
  if (at === document.body || (act.place && place(at) === act.place)) return null;
  return place(at) === act.from && !isField(at) ? null : at;
};

const same = (root, old) => [...root.querySelectorAll(old.localName)]
  .find((one) => one.textContent === old.textContent && one.value === old.value);

// The next comment: the one after those that went, and first of all one that nobody else looks at.

const isFree = (row) => row.querySelector("[data-claim]").hidden;

const nextAfter = (before, acted) => {
  const known = new Set(before);
  const now = rows();
  const back = acted ? null : now.find((row) => !known.has(row.id));
  const following = before.slice(before.indexOf(acted)).map((id) => document.getElementById(id)).filter(Boolean);
  const stays = acted && document.getElementById(acted);
  return back ?? stays ?? following.find(isFree) ?? now.find(isFree) ?? following[0] ?? now[0];
};

const goNext = (before, acted) => {
  const next = nextAfter(before, before.includes(acted) ? acted : undefined);
  const target = main.querySelector("[data-again]") ?? next ?? main.querySelector(".queue__empty");
  target?.focus({ preventScroll: true });
  target?.scrollIntoView({ block: target.matches(".queue__empty") ? "nearest" : "start" });
};

// The same thing again, at the same height; false when it went.
const stay = (at, top) => {
  const root = document.getElementById(place(at));
  const target = at.isConnected ? at : same(root ?? main, at) ?? root;
  if (!target) return false;
  target.focus({ preventScroll: true });
  window.scrollBy({ top: target.getBoundingClientRect().top - top, behavior: "instant" });
  return true;
};

const draw = (page) => {
  main.replaceChildren(...page.querySelector("main").childNodes);
  document.querySelector(".desk-waiting")?.replaceWith(page.querySelector(".desk-waiting"));
  document.title = page.title;
};

const take = (page, act) => {
  const before = rows().map((row) => row.id);
  const at = elsewhere(act);
  const top = at?.getBoundingClientRect().top;
  const words = typed(act);
  const writing = at && isField(at) && at.closest(".queued, .bulk, .again, .sieve");
  const decided = act.body.getAll("comment");
  for (const box of boxes()) if (decided.includes(box.value)) box.checked = false;
  const chosen = new Set(boxes().filter((box) => box.checked).map((box) => box.value));
  draw(page);
  words.forEach(keep);
  if (writing) keepAnyway(writing);
  for (const box of boxes()) if (chosen.has(box.value)) box.checked = true;
  showChosen();
  main.dispatchEvent(new Event("desk:drawn"));
  if (!at || !stay(at, top)) goNext(before, (at && place(at)) || act.place);
  say([...main.querySelectorAll("[data-notice]")].map((one) => one.textContent).join(" "));
};

// No answer, or none from the queue: all stays as it is, and what was pressed after it is not done either.

const warn = (words) => {
  acts.splice(1);
  const notice = document.createElement("li");
  notice.className = "notice error";
  notice.textContent = words;
  let list = main.querySelector(".notices");
  if (!list) {
    list = document.createElement("ul");
    list.className = "messagelist notices";
    main.prepend(list);
  }
  list.replaceChildren(notice);
  say(words);
};

const read = async (address, options) => {
  const answer = await fetch(address, options);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const isQueue = page.querySelector("[data-desk]") !== null;
  // Led away to the sign-in page, or a token from before the last sign-in: nothing was decided.
  const isRefused = !isQueue && (answer.redirected || answer.status === 403);
  return { page, isQueue, isRefused, address: answer.redirected ? answer.url : "" };
};

const post = (act) => {
  const body = new URLSearchParams(act.body);
  body.set(TOKEN, desk().querySelector(`[name=${TOKEN}]`).value);
  return read(act.address, { method: "POST", body });
};

const decide = async (act) => {
  let answer = await post(act);
  if (answer.isRefused) {
    // Signing in, in another tab, made new tokens: with one of those it is asked once more.
    const queue = await read(location.href);
    if (queue.isQueue) {
      takeTokens(queue.page);
      answer = await post(act);
    }
  }
  if (!answer.isQueue) return warn(answer.isRefused ? desk().dataset.signedOut : desk().dataset.failed);
  if (answer.address) history.replaceState(null, "", answer.address);
  return take(answer.page, act);
};

const work = async () => {
  while (acts.length) {
    const [act] = acts;
    try {
      // What went with the act before, or was decided by a colleague meanwhile, is not decided again.
      if (!act.place || document.getElementById(act.place)) await decide(act);
    } catch {
      warn(desk().dataset.failed);
    }
    acts.shift();
  }
};

main.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  event.preventDefault();
  const body = new URLSearchParams(new FormData(form, event.submitter));
  body.delete(TOKEN);
  // Pressed twice is meant once.
  if (acts.some((act) => String(act.body) === String(body))) return;
  acts.push({ address: form.getAttribute("action"), body, place: place(form), from: place(document.activeElement) });
  if (acts.length === 1) work();
});

showChosen();
