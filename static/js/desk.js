// The queue without reloading: a form's answer takes the page's place, the next comment the focus.
// What was typed elsewhere stays. Without this file every form works as forms do.
const main = document.querySelector("main");
const live = document.querySelector("[data-live]");
let busy = false;

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

// What is typed in other comments' forms is carried over.

const changed = (field) => {
  if (field.tagName === "SELECT") return field.selectedIndex > 0;
  return field.type !== "hidden" && field.value !== field.defaultValue;
};

const typed = (except) => [...main.querySelectorAll(".queued__form")]
  .filter((form) => form !== except)
  .flatMap((form) => [...form.querySelectorAll("input, textarea, select")].filter(changed))
  .map((field) => ({ row: field.closest(".queued").id, name: field.name, value: field.value }));

const carryOver = (words, chosen) => {
  for (const { row, name, value } of words) {
    const field = document.getElementById(row)?.querySelector(`.queued__form [name="${name}"]`);
    if (!field) continue;
    field.value = value;
    (field.closest("details") ?? field.closest(".act__body").previousElementSibling.querySelector("details")).open = true;
  }
  for (const box of boxes()) if (chosen.has(box.value)) box.checked = true;
};

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

const take = (page, form, address) => {
  const acted = form.closest(".queued")?.id;
  const before = rows().map((row) => row.id);
  const words = typed(form);
  const chosen = new Set(form.id === "bulk" ? [] : boxes().filter((box) => box.checked).map((box) => box.value));
  main.replaceChildren(...page.querySelector("main").childNodes);
  document.querySelector(".desk-waiting")?.replaceWith(page.querySelector(".desk-waiting"));
  document.title = page.title;
  if (address) history.replaceState(null, "", address);
  carryOver(words, chosen);
  showChosen();
  main.dispatchEvent(new Event("desk:drawn"));
  const target = main.querySelector("[data-again]") ?? nextAfter(before, acted) ?? main.querySelector(".queue__empty");
  target?.focus({ preventScroll: true });
  target?.scrollIntoView({ block: target.matches(".queue__empty") ? "nearest" : "start" });
  say([...main.querySelectorAll("[data-notice]")].map((one) => one.textContent).join(" "));
};

// No answer, or none from the queue (signed out, an error): all stays as it is, and the next press goes the plain way.

const failed = (form) => {
  form.dataset.plain = "";
  const notice = document.createElement("li");
  notice.className = "notice error";
  notice.textContent = desk().dataset.failed;
  let list = main.querySelector(".notices");
  if (!list) {
    list = document.createElement("ul");
    list.className = "messagelist notices";
    main.prepend(list);
  }
  list.replaceChildren(notice);
  say(notice.textContent);
};

main.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.method !== "post" || "plain" in form.dataset) return;
  event.preventDefault();
  if (busy) return;
  busy = true;
  try {
    const body = new URLSearchParams(new FormData(form, event.submitter));
    const answer = await fetch(form.getAttribute("action"), { method: "POST", body });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (page.querySelector("[data-desk]")) take(page, form, answer.redirected ? answer.url : "");
    else failed(form);
  } catch {
    failed(form);
  } finally {
    busy = false;
  }
});

showChosen();
