// Tells colleagues which comment is being looked at, and shows which ones they look at. It stops nobody.
const main = document.querySelector("main");
// Seconds: less than a claim lasts (comments/queue/claims.py).
const EVERY = 60;
// What colleagues are told that we look at: the site begins with the first comment of the page it sends.
let mine = new Set();

const show = (claims) => {
  for (const row of main.querySelectorAll(".queued")) {
    const line = row.querySelector("[data-claim]");
    const name = claims[row.dataset.comment];
    line.hidden = !name;
    if (!name) continue;
    const bdi = document.createElement("bdi");
    bdi.textContent = name;
    line.replaceChildren(`${main.querySelector("[data-desk]").dataset.looks} `, bdi);
  }
};

const claim = async (comment) => {
  const desk = main.querySelector("[data-desk]");
  const body = new URLSearchParams({ comment });
  body.append("csrfmiddlewaretoken", desk.querySelector("[name=csrfmiddlewaretoken]").value);
  for (const row of main.querySelectorAll(".queued")) body.append("shown", row.dataset.comment);
  mine.delete(comment);
  for (const left of mine) body.append("left", left);
  mine = new Set([comment]);
  try {
    const answer = await fetch(desk.dataset.claimUrl, { method: "POST", body, keepalive: true });
    if (answer.ok) show(await answer.json());
  } catch {
    // Nobody is told; nothing else depends on it.
  }
};

const begin = () => {
  const { claimed } = main.querySelector("[data-desk]").dataset;
  if (claimed) mine.add(claimed);
};

begin();
main.addEventListener("desk:drawn", begin);
main.addEventListener("desk:current", (event) => claim(event.target.dataset.comment));
setInterval(() => {
  const row = main.querySelector(".queued[aria-current]");
  if (row && document.visibilityState === "visible") claim(row.dataset.comment);
}, EVERY * 1000);
