// Tells other moderators which comment is being reviewed, and shows which ones they review. It blocks nobody.
const main = document.querySelector("main");
// Seconds: less than a claim lasts (comments/queue/claims.py).
const INTERVAL = 60;
// The comments claimed for us: the site starts with the first comment of the page.
let mine = new Set();

const show = (claims) => {
  for (const row of main.querySelectorAll(".queue-item")) {
    const line = row.querySelector("[data-claim]");
    const name = claims[row.dataset.comment];
    line.hidden = !name;
    if (!name) continue;
    const bdi = document.createElement("bdi");
    bdi.textContent = name;
    line.replaceChildren(`${main.querySelector("[data-queue]").dataset.reviewing} `, bdi);
  }
};

const claim = async (comment) => {
  const queue = main.querySelector("[data-queue]");
  const body = new URLSearchParams({ comment });
  body.append("csrfmiddlewaretoken", queue.querySelector("[name=csrfmiddlewaretoken]").value);
  for (const row of main.querySelectorAll(".queue-item")) body.append("shown", row.dataset.comment);
  mine.delete(comment);
  for (const previous of mine) body.append("left", previous);
  mine = new Set([comment]);
  try {
    const answer = await fetch(queue.dataset.claimUrl, { method: "POST", body, keepalive: true });
    if (answer.ok) show(await answer.json());
  } catch {
    // Nobody else sees the claim; nothing else depends on it.
  }
};

const begin = () => {
  const { claimed } = main.querySelector("[data-queue]").dataset;
  if (claimed) mine.add(claimed);
};

begin();
main.addEventListener("queue:updated", begin);
main.addEventListener("queue:current", (event) => claim(event.target.dataset.comment));
setInterval(() => {
  const row = main.querySelector(".queue-item[aria-current]");
  if (row && document.visibilityState === "visible") claim(row.dataset.comment);
}, INTERVAL * 1000);
