// Keeps what is typed on this device until the site has stored it: comments, replies, reports, and edits of a comment
// (data-draft="instead": the draft replaces the text in the field).
// Each key holds the drafts of several tabs by number. The form sends its number along, and the site lists in a cookie
// the numbers that it has stored (comments/submission/draft_cookie.py). Only the text is kept, never a name or address.
import { tryStorage } from "./try-storage.js";
import { limitLength } from "./length-limit.js";
import { formatLocalTime } from "./local-times.js";
import { names, newest, read, sweep, write } from "./draft-storage.js";

const PREFIX = "registan.draft ";
const SENT = "registan.sent";
const SAVE_AFTER = 300; // milliseconds of rest

// A draft from another tab continues here under a number of its own. Its `source` names the other draft as it was then:
// both are deleted together, unless the other has changed since.
const isSame = (source, number, at) => Boolean(source) && source[0] === number && source[1] === at;

const newNumber = () => [...crypto.getRandomValues(new Uint8Array(8))]
  .map((byte) => byte.toString(16).padStart(2, "0")).join("");

// Deletes every draft that the cookie lists as stored, or that is too old.
const deleteStored = () => {
  const numbers = /(?:^|; )stored=([0-9a-f.]+)/.exec(document.cookie)?.[1].split(".") ?? [];
  if (numbers.length) document.cookie = "stored=; path=/; max-age=0; samesite=lax";
  const done = names(PREFIX).map(read).flatMap((drafts) => numbers.flatMap((number) => drafts[number] ?? []));
  const sent = new Set(done.map(({ body }) => body));
  sweep(PREFIX, (number, { at, body }) => sent.has(body) || done.some(({ source }) => isSame(source, number, at)));
  // The browser's Back button fills the form again: that is no longer a draft.
  for (const body of sent) tryStorage(() => sessionStorage.setItem(SENT, body));
};

// The hour, with the date unless that is today's.
const when = (at) => {
  const date = new Date(at);
  return formatLocalTime(date, date.toDateString() === new Date().toDateString() && "H:i");
};

const say = (line, message, at, action) => {
  line.replaceChildren(`${message.replace("DATE", when(at))} `, action);
};

const keepDrafts = (form) => {
  const area = form.querySelector("textarea");
  const isInstead = form.dataset.draft === "instead";
  const line = form.querySelector("[data-draft-status]");
  const place = new URL(form.action).pathname;
  const key = `${PREFIX}${place} ${form.elements.parent?.value ?? ""}`;
  const earlier = tryStorage(() => sessionStorage.getItem(key));
  const number = earlier ?? newNumber();
  tryStorage(() => sessionStorage.setItem(key, number));

  let source;
  const isReturned = form.querySelector(".errors, .preview") !== null;
  const initial = area.value;
  // Typed before this script started, and now sent: no draft unless somebody continues to write.
  const isSent = document.activeElement?.form === form && document.activeElement.type === "submit";
  let isTouched = !isSent && (isReturned || area.value !== area.defaultValue);
  const save = () => {
    if (!isTouched) return;
    const drafts = read(key);
    const isNew = isReturned || area.value !== area.defaultValue;
    const isDraft = isNew && area.value.trim() && area.value !== tryStorage(() => sessionStorage.getItem(SENT));
    if (isDraft) drafts[number] = { body: area.value, at: Date.now(), source };
    else delete drafts[number];
    write(key, drafts);
  };

  const discard = () => {
    const drafts = read(key);
    if (isSame(source, source?.[0], drafts[source?.[0]]?.at)) delete drafts[source[0]];
    delete drafts[number];
    write(key, drafts);
    area.value = initial;
    area.dispatchEvent(new Event("input"));
    line.replaceChildren();
    area.focus();
  };

  const restore = () => {
    const drafts = read(key);
    const [draftNumber, draft] = number in drafts ? [number, drafts[number]] : newest(drafts)[0] ?? [];
    const current = isInstead && !isTouched ? "" : initial.trim();
    const isApart = isInstead || isReturned || draftNumber !== number || current.includes(draft.body.trim());
    if (!draft || (current && isApart)) return offer();
    // Text that was typed or quoted before this script started is added to the draft and does not replace it.
    const isMore = !draft.body.includes(current);
    area.value = isMore ? `${draft.body.trimEnd()}\n\n${initial}` : draft.body;
    isTouched ||= isMore;
    source = draftNumber === number ? draft.source : [draftNumber, draft.at];
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "link-button", textContent: line.dataset.discard });
    button.addEventListener("click", discard);
    return say(line, line.dataset.restored, draft.at, button);
  };

  // Links to a draft in another form of this post.
  const offer = () => {
    const others = names(PREFIX).filter((name) => name !== key && name.startsWith(`${PREFIX}${place} `));
    const [other, draft] = others.map((name) => [name, newest(read(name))[0]?.[1]]).find(([, copy]) => copy) ?? [];
    if (!draft) return;
    const parent = /\d*$/.exec(other)[0];
    const reply = document.querySelector(`#comment-${parent || 0} .comment__reply`);
    const link = document.createElement("a");
    link.href = reply?.href ?? (parent ? `/comments/${parent}/` : `${place.replace(/comments\/$/, "")}#respond`);
    link.textContent = line.dataset.resume;
    say(line, parent ? line.dataset.reply : line.dataset.comment, draft.at, link);
  };

  const hidden = document.createElement("input");
  Object.assign(hidden, { type: "hidden", name: "draft", value: number });
  form.append(hidden);
  restore();
  save();
  limitLength(area, line.dataset.tooLong);

  let timer;
  area.addEventListener("input", () => {
    isTouched = true;
    clearTimeout(timer);
    timer = setTimeout(save, SAVE_AFTER);
  });
  form.addEventListener("submit", () => {
    isTouched = true;
    save();
    // A browser may tell this page that it is leaving when the next one has already deleted the draft.
    isTouched = false;
  });
  addEventListener("pagehide", save);
  document.addEventListener("visibilitychange", () => document.hidden && save());
  // Back on a page from the browser's cache: delete what the site has stored meanwhile.
  addEventListener("pageshow", (event) => {
    if (event.persisted) deleteStored();
  });
};

export const startDrafts = (form) => {
  deleteStored();
  if (form?.querySelector("textarea")) keepDrafts(form);
};
