// What is typed is kept on this device until the site has stored it: drafts for each post and comment answered, of new
// words for an old comment (data-draft="instead": they take the place of what stands there) and of reports.
// Under one key stand the drafts of several tabs by their numbers, which the form sends along; the site names in a
// cookie which of them it has stored (comments/submission/draft_cookie.py). Only the words are kept, never a name or an address.
import { attempt } from "./try-storage.js";
import { limit } from "./length-limit.js";
import { names, newest, read, sweep, write } from "./draft-storage.js";

const PREFIX = "registan.draft ";
const SENT = "registan.sent";
const SAVE_AFTER = 300; // milliseconds of rest

// A draft begun in another tab is gone on with under a number of one's own. Its `source` names the other, as it was
// then: done with together, unless somebody has written in the other since.
const isSame = (source, number, at) => Boolean(source) && source[0] === number && source[1] === at;

const newNumber = () => [...crypto.getRandomValues(new Uint8Array(8))]
  .map((byte) => byte.toString(16).padStart(2, "0")).join("");

// Forget, wherever it is kept, what the cookie says is stored, and whatever is too old.
const settle = () => {
  const numbers = /(?:^|; )stored=([0-9a-f.]+)/.exec(document.cookie)?.[1].split(".") ?? [];
  if (numbers.length) document.cookie = "stored=; path=/; max-age=0; samesite=lax";
  const done = names(PREFIX).map(read).flatMap((drafts) => numbers.flatMap((number) => drafts[number] ?? []));
  const sent = new Set(done.map(({ body }) => body));
  sweep(PREFIX, (number, { at, body }) => sent.has(body) || done.some(({ source }) => isSame(source, number, at)));
  // A browser's Back puts it into the form again: it is no draft any more.
  for (const body of sent) attempt(() => sessionStorage.setItem(SENT, body));
};

const day = (at) => new Date(at).toLocaleDateString(document.documentElement.lang, { day: "numeric", month: "long" });

const say = (line, words, at, act) => {
  line.replaceChildren(`${words.replace("DATE", day(at))} `, act);
};

const keep = (form) => {
  const area = form.querySelector("textarea");
  const isInstead = form.dataset.draft === "instead";
  const line = form.querySelector("[data-draft-line]");
  const place = new URL(form.action).pathname;
  const key = `${PREFIX}${place} ${form.elements.parent?.value ?? ""}`;
  const earlier = attempt(() => sessionStorage.getItem(key));
  const number = earlier ?? newNumber();
  attempt(() => sessionStorage.setItem(key, number));

  let source;
  const isGivenBack = form.querySelector(".errors, .preview") !== null;
  const stood = area.value;
  // Sent before this file came, without its number: no draft, as long as nobody goes on writing.
  const isSent = document.activeElement?.form === form && document.activeElement.type === "submit";
  let isTouched = !isSent && (isGivenBack || area.value !== area.defaultValue);
  const save = () => {
    if (!isTouched) return;
    const drafts = read(key);
    const isNew = isGivenBack || area.value !== area.defaultValue;
    const isDraft = isNew && area.value.trim() && area.value !== attempt(() => sessionStorage.getItem(SENT));
    if (isDraft) drafts[number] = { body: area.value, at: Date.now(), source };
    else delete drafts[number];
    write(key, drafts);
  };

  const discard = () => {
    const drafts = read(key);
    if (isSame(source, source?.[0], drafts[source?.[0]]?.at)) delete drafts[source[0]];
    delete drafts[number];
    write(key, drafts);
    area.value = stood;
    area.dispatchEvent(new Event("input"));
    line.replaceChildren();
    area.focus();
  };

  const restore = () => {
    const drafts = read(key);
    const [found, draft] = number in drafts ? [number, drafts[number]] : newest(drafts)[0] ?? [];
    const stands = isInstead && !isTouched ? "" : stood.trim();
    const isApart = isInstead || isGivenBack || found !== number || stands.includes(draft.body.trim());
    if (!draft || (stands && isApart)) return offer();
    // What was typed or quoted before this file came goes behind his earlier words, and does not take their place.
    const isMore = !draft.body.includes(stands);
    area.value = isMore ? `${draft.body.trimEnd()}\n\n${stood}` : draft.body;
    isTouched ||= isMore;
    source = found === number ? draft.source : [found, draft.at];
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "linklike", textContent: line.dataset.discard });
    button.addEventListener("click", discard);
    return say(line, line.dataset.restored, draft.at, button);
  };

  // A draft of another form of this post: the way there.
  const offer = () => {
    const others = names(PREFIX).filter((one) => one !== key && one.startsWith(`${PREFIX}${place} `));
    const [other, draft] = others.map((one) => [one, newest(read(one))[0]?.[1]]).find(([, one]) => one) ?? [];
    if (!draft) return;
    const parent = /\d*$/.exec(other)[0];
    const reply = document.querySelector(`#comment-${parent || 0} .comment__reply`);
    const link = document.createElement("a");
    link.href = reply?.href ?? (parent ? `/comments/${parent}/` : `${place.replace(/comments\/$/, "")}#respond`);
    link.textContent = line.dataset.goOn;
    say(line, parent ? line.dataset.reply : line.dataset.comment, draft.at, link);
  };

  const hidden = document.createElement("input");
  Object.assign(hidden, { type: "hidden", name: "draft", value: number });
  form.append(hidden);
  restore();
  save();
  limit(area, line.dataset.over);

  let timer;
  area.addEventListener("input", () => {
    isTouched = true;
    clearTimeout(timer);
    timer = setTimeout(save, SAVE_AFTER);
  });
  form.addEventListener("submit", () => {
    isTouched = true;
    save();
  });
  addEventListener("pagehide", save);
  document.addEventListener("visibilitychange", () => document.hidden && save());
  // Back on a page that the browser had put away: what was stored meanwhile stays forgotten.
  addEventListener("pageshow", (event) => {
    if (event.persisted) settle();
  });
};

export const start = (form) => {
  settle();
  if (form?.querySelector("textarea")) keep(form);
};
