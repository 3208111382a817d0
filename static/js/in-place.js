// Reply, quote, edit, report, preview and post where the reader is: asks the addresses that the links and forms have, and
// takes what belongs here from the page that answers. Whatever comes unexpected goes on by that page.
import { build, loadPage } from "./load-page.js";
import { changeForm, currentForm, putForm } from "./reply-form.js";
import { readOutcome, say, showComment } from "./stored-comment.js";

const panels = new Map(); // with the forms to edit and report, by address; one that is closed keeps what was typed
let start; // makes a form keep drafts and send in place
let opener; // the link that opened what is open

const unreachable = () => document.querySelector("[data-unreachable]").dataset.unreachable;

// Puts away what is open; gives the focus back unless something else is opened.
const close = (isBack = true) => {
  document.querySelector(".respond--page")?.remove();
  const reply = currentForm()?.closest(".comment")?.querySelector(".comment__reply");
  if (reply) changeForm("", start);
  if (isBack) (opener ?? reply)?.focus();
};

const show = (part, focused = part) => {
  focused.focus({ preventScroll: true });
  for (const shown of [part, focused]) shown.scrollIntoView({ block: "nearest" });
};

// Edit and report: the forms of the page that the link leads to, without what the reader has before them.
const loadPanel = async ({ href }) => {
  const panel = (await loadPage(href)).page.querySelector(".notice:has([data-draft])");
  if (!panel) return location.assign(href);
  for (const known of panel.querySelectorAll(".kicker, .receipt__post, .receipt__comment")) known.remove();
  const { textContent } = panel.querySelector("h1");
  panel.querySelector("h1").replaceWith(build("h2", { className: "respond__heading", textContent }));
  for (const form of panel.querySelectorAll("form")) form.action = href;
  start(panel.querySelector("[data-draft]"));
  panels.set(href, panel);
  return Object.assign(panel, { className: "respond respond--page", role: "group", ariaLabel: textContent });
};

const openPanel = async (link) => {
  const panel = panels.get(link.href) ?? await loadPanel(link);
  if (!panel) return;
  link.closest(".comment").append(panel);
  const { body, kind } = panel.querySelector("[data-draft]").elements;
  body?.setSelectionRange(body.value.length, body.value.length);
  show(panel, body ?? kind[0]);
};

const quote = async (form, href) => {
  const { selectionEnd, value } = form.elements.body; // somebody may type on meanwhile
  const answered = (await loadPage(href)).page.querySelector("form.respond");
  const choice = answered.querySelector(".paragraph-choice");
  form.querySelector(".paragraph-choice")?.remove();
  if (choice) {
    form.querySelector("[name=parent]").before(choice);
    return show(choice, choice.querySelector("a"));
  }
  const { insertQuotation } = await import("./quote.js");
  return insertQuotation(form, answered.elements.body.value, answered.elements.sources.value, selectionEnd || value.length);
};

const openReply = async ({ href }) => {
  const { searchParams } = new URL(href);
  const parent = searchParams.get("reply") ?? "";
  if (parent && !document.getElementById(`comment-${parent}`)) return location.assign(href);
  document.querySelector(".reading")?.removeAttribute("open");
  const form = changeForm(parent, start);
  show(form, form.elements.body);
  if (searchParams.has("quote")) await quote(form, href);
  return form;
};

// Returns the comment form, unless the link leads to another.
export const open = async (link, startForm) => {
  start = startForm;
  close(false);
  try {
    const form = await (link.hash ? openReply : openPanel)(link);
    opener = link;
    return form;
  } catch {
    return say(link.closest(".comment, #comments"), unreachable());
  }
};

const complain = (form, ...lines) => {
  form.querySelector(".errors")?.remove();
  const errors = build("div", { className: "errors", role: "alert", tabIndex: -1 });
  errors.append(...lines.map((textContent) => build("p", { textContent })));
  form.querySelector("input[type=hidden], .field, .choices").before(errors);
  show(errors);
};

// The form as the site answers it, with errors or a preview; if there is none, what the page says instead.
const takeAnswer = (form, page) => {
  const answered = page.querySelector(form.matches(".respond") ? "form.respond" : "form[data-draft]");
  if (!answered) return complain(form, ...[...page.querySelectorAll("h1, .error-message, h1 + p")].map((part) => part.textContent));
  answered.action = form.action;
  form.replaceWith(answered);
  if (answered.matches(".respond")) putForm(answered); // what it replied to may be gone
  start(answered);
  return show(answered.querySelector(".errors, .preview"));
};

const finish = async (form, where) => {
  const [anchor, ...words] = await readOutcome(form, where);
  panels.delete(form.action);
  if (form === currentForm()) changeForm("", start, true);
  else document.querySelector(".respond--page").remove();
  start(null); // deletes the drafts that are stored
  await showComment(anchor);
  say(document.getElementById(anchor), ...words);
};

export const send = async (form, submitter, startForm) => {
  start = startForm;
  if (form.ariaBusy) return;
  const body = new URLSearchParams(new FormData(form, submitter));
  form.ariaBusy = "true";
  try {
    const { page, where } = await loadPage(form.action, { method: "POST", body, headers: { Prefer: "return=minimal" } });
    if (where) await finish(form, where).catch(() => location.assign(where));
    else takeAnswer(form, page);
  } catch {
    form.dataset.plain = ""; // the next time, the browser sends it, unless it knows that there is no network
    complain(form, unreachable());
  }
  form.ariaBusy = null;
};

document.addEventListener("keydown", ({ key, isComposing, target }) => {
  if (key === "Escape" && !isComposing && target.closest(".comment .respond")) close();
});
document.addEventListener("click", (event) => {
  if (!event.target.closest(".respond__cancel a, .respond--page a.button")) return;
  event.preventDefault();
  close();
});
