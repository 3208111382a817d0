// Saves a working copy of a post's form: on the site every few seconds, in this browser while the site is unreachable
// or nobody is signed in. Shows who else has the post open. Without this file the form works as usual.
import { savedCopies } from "./autosave-storage.js";
import { TOKEN, fetchPage, timeoutSignal, renewTokens } from "./csrf-tokens.js";
import { entriesOf } from "./writing/fields.js";
import { startSaving } from "./writing/save.js";

const INTERVAL = 3; // seconds between checks for changes
// Seconds between questions who else is here (blog/editing/presence.py: 120); fewer in a tab that nobody looks at.
const PRESENCE_INTERVAL = 8;
const HIDDEN_INTERVAL = 40;

const root = document.querySelector("[data-autosave]");
const form = root.closest("form");
const { user, address } = root.dataset;
const browser = () => savedCopies(user, root.dataset.post); // a new post has a place of its own once it is saved
const { key, turn, edition } = form.elements;

const fields = (isNow) => entriesOf(form, isNow);
const now = () => JSON.stringify(fields(true));
const initial = JSON.stringify(fields(false));
let saved = "unsaved" in root.dataset ? null : initial;
// What the site has stored.
let known = initial;
let turns = 0; // that are waiting or running
let queue = Promise.resolve();
let lastPresence = 0;

// Messages.

const errorBox = root.querySelector("[data-error]");
const statusLine = root.querySelector("[data-autosave-status]");

const warn = (message, label, href) => {
  if (errorBox.dataset.says === `${message}${href}`) return;
  errorBox.dataset.says = `${message}${href}`;
  errorBox.hidden = false;
  errorBox.replaceChildren(message);
  if (!label) return;
  const link = document.createElement("a");
  Object.assign(link, { href, textContent: label });
  if (href === root.dataset.login) Object.assign(link, { target: "_blank", rel: "noopener" });
  errorBox.append(" ", link);
};

const clearWarning = () => {
  errorBox.hidden = true;
  delete errorBox.dataset.says;
};

const showOthers = (others) => {
  const place = root.querySelector("[data-others]");
  const lines = others.map(({ name, since }) => {
    const bdi = document.createElement("bdi");
    bdi.textContent = name;
    const [before, after] = root.dataset.otherAuthor.replace("TIME", since).split("NAME");
    const span = document.createElement("span");
    span.append(before, bdi, after);
    return span;
  });
  const next = lines.map((line) => line.textContent).join(" ");
  const shown = [...place.querySelectorAll("span")].map((line) => line.textContent).join(" ");
  if (next !== shown) place.replaceChildren(...lines.flatMap((line) => [line, " "]));
};

const showNewer = (newer) => {
  const place = root.querySelector("[data-newer]");
  if ((place.dataset.says ?? "") === (newer?.sentence ?? "")) return;
  place.dataset.says = newer?.sentence ?? "";
  place.replaceChildren();
  if (!newer) return;
  const link = document.createElement("a");
  Object.assign(link, { href: newer.address, textContent: root.dataset.compare, target: "_blank", rel: "noopener" });
  place.append(newer.sentence, " ", link);
};

const showColleagues = ({ others, newer }) => {
  if (!others) return;
  showOthers(others);
  showNewer(newer);
};

// Requests.

const buildBody = (entries, more = {}) => {
  const body = new FormData();
  for (const [name, value] of entries) body.append(name, value);
  for (const [name, value] of Object.entries({ user, post: root.dataset.post, ...more })) body.append(name, value);
  return body;
};

const isJson = (response) => response.headers.get("Content-Type") === "application/json";

// The site's outcome, or "away" or "out" if there is none.
const ask = async (body, isRetry = false) => {
  body.set(TOKEN, form.elements[TOKEN].value);
  try {
    const answer = await fetch(address, { method: "POST", body, redirect: "manual", signal: timeoutSignal() });
    if (isJson(answer)) return await answer.json();
    if (answer.status === 413) return { outcome: "too long" };
    const isRefused = answer.type === "opaqueredirect" || answer.status === 403;
    if (isRefused && !isRetry && await renewTokens()) return ask(body, true);
    return { outcome: isRefused ? "out" : "away" };
  } catch {
    return { outcome: "away" };
  }
};

const storeHere = (entries) => browser().put(key.value, { turn: turn.value, edition: edition.value, fields: entries });

const report = (answer, isHere) => {
  const { offline, noRoom, signedOut, signIn, login, tooLong, notEditable, resume, add } = root.dataset;
  if (answer.lost) return warn(notEditable, resume, `${add}?copy=${answer.key ?? key.value}`);
  if (answer.outcome === "out") return warn(isHere ? signedOut : noRoom, signIn, login);
  if (answer.outcome === "too long") return warn(tooLong);
  if (answer.outcome === "away") return warn(isHere ? offline : noRoom);
  return clearWarning();
};

const send = async () => {
  const entries = fields(true);
  turn.value = Number(turn.value) + 1;
  const answer = await ask(buildBody(entries, { key: key.value, turn: turn.value, edition: edition.value }));
  if (answer.outcome === "behind" || answer.outcome === "settled") {
    // Another tab has continued this copy, or it is saved: from now on this form has a copy of its own.
    key.value = answer.key;
    return send();
  }
  const isSaved = answer.outcome === "kept";
  const isHere = isSaved || storeHere(entries);
  if (isSaved) {
    known = JSON.stringify(entries);
    browser().forget(key.value);
    statusLine.textContent = root.dataset.saved.replace("TIME", answer.at);
  }
  report(answer, isHere);
  showColleagues(answer);
  return undefined;
};

const presenceInterval = () => (document.hidden ? HIDDEN_INTERVAL : PRESENCE_INTERVAL);

const askPresence = async () => {
  const answer = await ask(buildBody([], { edition: edition.value }));
  report(answer, true);
  showColleagues(answer);
};

// One request at a time: a copy that arrives after the post was saved would be offered as unsaved.
const inTurn = (action) => {
  turns += 1;
  const turn = queue.then(action).finally(() => { turns -= 1; });
  queue = turn.catch(() => {});
  return turn;
};

const check = async () => {
  if (turns || saving.isWaiting()) return;
  await inTurn(async () => {
    if (now() !== known) await send();
    else if (Date.now() - lastPresence > presenceInterval() * 1000) await askPresence();
    else return;
    lastPresence = Date.now();
  });
};

// Copies stored in this browser go to the site, which offers them like other unsaved copies.

const upload = async (name, copy) => {
  if (JSON.stringify(copy.fields) === now()) return browser().forget(name);
  // This form continues under that key: what it does not show gets another.
  const more = { key: name === key.value ? "" : name, turn: copy.turn, edition: copy.edition };
  let answer = await ask(buildBody(copy.fields, more));
  // Saved or newer on the site: this may have been typed after that.
  if (/^(behind|settled)$/.test(answer.outcome)) answer = await ask(buildBody(copy.fields, { ...more, key: answer.key }));
  if (answer.outcome === "kept") browser().forget(name);
  return answer.outcome === "kept";
};

const uploadAll = async () => {
  let isMore = false;
  for (const [name, copy] of browser().all()) isMore = await upload(name, copy) || isMore;
  if (!isMore) return;
  const fresh = await fetchPage();
  const offers = fresh?.querySelector("[data-offers]");
  if (!offers) return;
  root.querySelector("[data-offers]").replaceChildren(...offers.childNodes);
};

const saving = startSaving(form, root, {
  inTurn,
  keepHere: () => storeHere(fields(true)),
  saved: ({ oldPost, oldKey, isUnchanged }) => {
    savedCopies(user, oldPost).forget(oldKey);
    known = isUnchanged ? now() : null;
    saved = known;
    statusLine.textContent = "";
    showNewer(null);
    clearWarning();
  },
});
addEventListener("beforeunload", (event) => {
  if (now() !== saved) event.preventDefault();
});
addEventListener("pagehide", () => {
  if (now() !== known) {
    turn.value = Number(turn.value) + 1;
    storeHere(fields(true));
  }
  const body = buildBody([], { left: 1 });
  body.set(TOKEN, form.elements[TOKEN].value);
  if (root.dataset.post) fetch(address, { method: "POST", body, keepalive: true, redirect: "manual" }).catch(() => {});
});
addEventListener("pageshow", (event) => { if (event.persisted) check(); });
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && check());
root.querySelector("[data-conflict]")?.focus();

await inTurn(uploadAll).catch(() => {});
check();
setInterval(check, INTERVAL * 1000);
