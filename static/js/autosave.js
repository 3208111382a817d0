// What is written in a post's form is kept: by the site every few seconds, by this browser while the site is away or
// nobody is signed in. Who else has the post open is told along. Without this file the form works as forms do.
import { keptFor } from "./autosave-storage.js";
import { TOKEN, freshPage, patience, renewed } from "./csrf-tokens.js";

const EVERY = 3; // seconds between looks at what was written
const BEAT = 30; // seconds until the site is asked again who else is here (blog/editing/presence.py: 120)
const OURS = new Set([TOKEN, "key", "turn", "edition", "base"]);

const desk = document.querySelector("[data-working]");
const form = desk.closest("form");
const { user, post, address } = desk.dataset;
const browser = keptFor(user, post);
const { key, turn, edition } = form.elements;

// What the fields hold, or what they held as the page came: a browser may have put typed words back by itself.

const chosen = (list, isNow) => {
  const options = [...list.options].filter((one) => (isNow ? one.selected : one.defaultSelected));
  return options.length || list.multiple ? options : [...list.options].slice(0, 1);
};

const values = (field, isNow) => {
  if (field.options) return chosen(field, isNow).map((one) => one.value);
  if (!/^(checkbox|radio)$/.test(field.type)) return [isNow ? field.value : field.defaultValue];
  return (isNow ? field.checked : field.defaultChecked) ? [field.value] : [];
};

const isWritten = (field) => field.name && !OURS.has(field.name) && !field.disabled
  && !/^(button|submit|reset|file|image)$/.test(field.type) && field.tagName !== "FIELDSET";

const fields = (isNow) => [...form.elements].filter(isWritten)
  .flatMap((field) => values(field, isNow).map((value) => [field.name, value]));

const now = () => JSON.stringify(fields(true));
const begun = JSON.stringify(fields(false));
const saved = "unsaved" in desk.dataset ? null : begun;
// What the site has of it.
let known = begun;
let isBusy = false;
let isLeaving = false;
let lastBeat = 0;

// What is said.

const trouble = desk.querySelector("[data-trouble]");
const line = desk.querySelector("[data-kept-line]");

const warn = (words, label, href) => {
  if (trouble.dataset.says === `${words}${href}`) return;
  trouble.dataset.says = `${words}${href}`;
  trouble.hidden = false;
  trouble.replaceChildren(words);
  if (!label) return;
  const link = document.createElement("a");
  Object.assign(link, { href, textContent: label });
  if (href === desk.dataset.login) Object.assign(link, { target: "_blank", rel: "noopener" });
  trouble.append(" ", link);
};

const calm = () => {
  trouble.hidden = true;
  delete trouble.dataset.says;
};

const showOthers = (others) => {
  const place = desk.querySelector("[data-others]");
  const lines = others.map(({ name, since }) => {
    const bdi = document.createElement("bdi");
    bdi.textContent = name;
    const [before, after] = desk.dataset.other.replace("TIME", since).split("NAME");
    const span = document.createElement("span");
    span.append(before, bdi, after);
    return span;
  });
  const says = lines.map((one) => one.textContent).join(" ");
  const said = [...place.querySelectorAll("span")].map((one) => one.textContent).join(" ");
  if (says !== said) place.replaceChildren(...lines.flatMap((one) => [one, " "]));
};

// What is sent.

const sent = (entries, more = {}) => {
  const body = new FormData();
  for (const [name, value] of entries) body.append(name, value);
  for (const [name, value] of Object.entries({ user, post, ...more })) body.append(name, value);
  return body;
};

const isJson = (answer) => answer.headers.get("Content-Type") === "application/json";

// The site's answer, or "away" or "out" where there is none.
const ask = async (body, isAgain = false) => {
  body.set(TOKEN, form.elements[TOKEN].value);
  try {
    const answer = await fetch(address, { method: "POST", body, redirect: "manual", signal: patience() });
    if (isJson(answer)) return await answer.json();
    if (answer.status === 413) return { outcome: "too long" };
    const isRefused = answer.type === "opaqueredirect" || answer.status === 403;
    if (isRefused && !isAgain && await renewed()) return ask(body, true);
    return { outcome: isRefused ? "out" : "away" };
  } catch {
    return { outcome: "away" };
  }
};

const keepHere = (entries) => browser.put(key.value, { turn: turn.value, edition: edition.value, fields: entries });

const tell = (answer, isHere) => {
  const { away, full, signedOut, signIn, login, tooLong, lost, goOn, add } = desk.dataset;
  if (answer.lost) return warn(lost, goOn, `${add}?copy=${answer.key ?? key.value}`);
  if (answer.outcome === "out") return warn(isHere ? signedOut : full, signIn, login);
  if (answer.outcome === "too long") return warn(tooLong);
  if (answer.outcome === "away") return warn(isHere ? away : full);
  return calm();
};

const send = async () => {
  const entries = fields(true);
  turn.value = Number(turn.value) + 1;
  const answer = await ask(sent(entries, { key: key.value, turn: turn.value, edition: edition.value }));
  if (answer.outcome === "behind" || answer.outcome === "settled") {
    // Another tab went on with these words, or they are saved: what is written here has a name of its own from now on.
    key.value = answer.key;
    return send();
  }
  const isKept = answer.outcome === "kept";
  const isHere = isKept || keepHere(entries);
  if (isKept) {
    known = JSON.stringify(entries);
    browser.forget(key.value);
    line.textContent = desk.dataset.kept.replace("TIME", answer.at);
  }
  tell(answer, isHere);
  if (answer.others) showOthers(answer.others);
  return undefined;
};

const beat = async () => {
  const answer = await ask(sent([]));
  tell(answer, true);
  if (answer.others) showOthers(answer.others);
};

const look = async () => {
  if (isBusy || isLeaving) return;
  isBusy = true;
  try {
    if (now() !== known) await send();
    else if (Date.now() - lastBeat > BEAT * 1000) await beat();
    else return;
    lastBeat = Date.now();
  } finally {
    isBusy = false;
  }
};

// What this browser kept goes to the site, and is offered like all that was left unsaved.

const bring = async (name, copy) => {
  if (JSON.stringify(copy.fields) === now()) return browser.forget(name);
  // The form itself goes on with that name: what it does not show gets another.
  const more = { key: name === key.value ? "" : name, turn: copy.turn, edition: copy.edition };
  let answer = await ask(sent(copy.fields, more));
  if (answer.outcome === "behind") answer = await ask(sent(copy.fields, { ...more, key: answer.key }));
  if (answer.outcome === "kept" || answer.outcome === "settled") browser.forget(name);
  return answer.outcome === "kept";
};

const bringAll = async () => {
  let isMore = false;
  for (const [name, copy] of browser.all()) isMore = await bring(name, copy) || isMore;
  if (!isMore) return;
  const fresh = await freshPage();
  const offers = fresh?.querySelector("[data-offers]");
  if (!offers) return;
  desk.querySelector("[data-offers]").replaceChildren(...offers.childNodes);
  const discard = fresh.querySelector("#discard");
  if (discard && !document.querySelector("#discard")) form.parentNode.append(discard);
};

// The preview opens in a tab of its own: nobody leaves here.
form.addEventListener("submit", ({ submitter }) => { isLeaving = submitter?.formTarget !== "_blank"; });
addEventListener("beforeunload", (event) => {
  if (!isLeaving && now() !== saved) event.preventDefault();
});
addEventListener("pagehide", () => {
  if (now() !== known) {
    turn.value = Number(turn.value) + 1;
    keepHere(fields(true));
  }
  const body = sent([], { left: 1 });
  body.set(TOKEN, form.elements[TOKEN].value);
  if (post) fetch(address, { method: "POST", body, keepalive: true, redirect: "manual" }).catch(() => {});
});
addEventListener("pageshow", (event) => {
  isLeaving = false;
  if (event.persisted) look();
});
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && look());
desk.querySelector("[data-collision]")?.focus();

isBusy = true;
await bringAll().finally(() => { isBusy = false; });
look();
setInterval(look, EVERY * 1000);
