// Says how many comments are new while somebody reads: asks once a minute for their number, which a cache answers, and only
// while the page can be seen. Sends no cookie, so everybody gets the same answer (comments/views/comment_count.py).
const MINUTE = 60_000; // milliseconds

const line = document.querySelector("[data-new-comments]");
const { newComments: url, count, one, few, many, show } = line.dataset;
const plural = new Intl.PluralRules(document.documentElement.lang);

let timer;
let askedAt = -MINUTE; // as performance.now() has it: since the page was asked for
let openedAt; // when that was, by the server's clock, in Unix seconds
let said = 0;

// This page again at a comment, with what came since it was opened marked as new, or since the marks it has already.
const pageWith = (comment) => {
  const since = /\d+/.exec(document.querySelector("[data-since]")?.dataset.since ?? "")?.[0] ?? openedAt;
  const page = new URL(location);
  page.searchParams.set("since", since);
  // The same address but for the anchor would only be looked for here.
  if (page.search === location.search) page.searchParams.set("since", since - 1);
  page.hash = `comment-${comment}`;
  return page;
};

const say = (number, latest) => {
  if (number === said) return;
  said = number;
  if (number <= 0) {
    line.replaceChildren();
    return;
  }
  const link = document.createElement("a");
  const first = latest[Math.min(number, latest.length) - 1];
  Object.assign(link, { href: pageWith(first).href, textContent: show });
  const words = { one, few }[plural.select(number)] ?? many;
  line.replaceChildren(`${words.replace("NUMBER", number)} `, link);
};

const stop = () => clearInterval(timer);

const ask = async () => {
  askedAt = performance.now();
  const response = await fetch(url, { credentials: "omit" }).catch(() => null);
  if (!response) return; // offline: it asks again in a minute
  if (!response.ok) {
    stop(); // the post is gone, or behind a password
    document.removeEventListener("visibilitychange", follow);
    return;
  }
  const answer = await response.json();
  openedAt ??= Math.floor((Date.parse(response.headers.get("Date")) - askedAt) / 1000);
  say(answer.count - count, answer.latest);
};

const follow = () => {
  stop();
  if (document.hidden) return;
  timer = setInterval(ask, MINUTE);
  if (performance.now() - askedAt >= MINUTE) ask();
};

export const start = () => {
  document.addEventListener("visibilitychange", follow);
  follow();
};
