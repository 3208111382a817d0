// Saves in place: the same form goes to the same address, and the page stays. While the site is away it says so beside
// the button and tries again. Without this file the form is sent as any other.
import { renewTokens, timeoutSignal } from "../csrf-tokens.js";
import { entriesOf } from "./fields.js";
import { isSame, renew } from "./renew.js";

const RETRY = 3; // seconds
const TOO_LARGE = 413;

// The site is away, as far as the browser can tell.
class Unanswered extends Error {}

const orUnanswered = (request) => request.catch(() => { throw new Unanswered(); });

// `inTurn` runs an action while nothing else is sent; `keepHere` stores the text in this browser; `saved` hears whose
// copy is no longer needed, and whether anything was typed meanwhile. While a save waits the form must keep its key, or
// a new post whose answer got lost would be stored twice.
export const startSaving = (form, root, { inTurn, keepHere, saved }) => {
  const bar = form.querySelector("[data-save-bar]");
  const line = bar.querySelector("[data-save-status]");
  let waiting = null; // the button whose save has not been answered yet
  let timer;

  const say = (message, { isTrouble = false, label, href } = {}) => {
    line.classList.toggle("save-bar__status--trouble", isTrouble);
    line.replaceChildren(...[message].flat());
    if (!label) return;
    const link = document.createElement("a");
    Object.assign(link, { href, textContent: label });
    if (href === root.dataset.login) Object.assign(link, { target: "_blank", rel: "noopener" });
    line.append(" ", link);
  };

  // What the site says of the save: the messages it would have shown on the next page.
  const messagesOf = (page) => [...page.querySelectorAll(".messagelist li")].flatMap((item) => {
    const span = document.createElement("span");
    span.className = `save-bar__message ${item.className}`;
    span.append(...item.childNodes);
    return [span, " "];
  });

  const later = (button) => {
    waiting = button;
    clearTimeout(timer);
    timer = setTimeout(() => { if (waiting) save(waiting); }, RETRY * 1000);
  };

  const settle = (page, answer, sent) => {
    const messages = messagesOf(page);
    const before = { oldPost: root.dataset.post, oldKey: form.elements.key.value, isUnchanged: isSame(entriesOf(form), sent) };
    if (answer.redirected) history.replaceState(null, "", answer.url);
    const { post: postNow, login } = page.querySelector("[data-autosave]").dataset;
    Object.assign(root.dataset, { post: postNow, login });
    renew(form, page, sent);
    if (answer.redirected) {
      form.elements.slug?.dispatchEvent(new Event("change", { bubbles: true })); // no longer made from the title
      saved(before);
      say(messages);
      document.dispatchEvent(new CustomEvent("writing:saved"));
      return;
    }
    say(bar.dataset.refused, { isTrouble: true });
    const error = root.querySelector("[data-conflict]")
      ?? form.querySelector(".form-row.errors :is(input:not([type=hidden]), textarea, select)");
    error?.focus();
  };

  const post = async (button) => {
    const body = new FormData(form, button);
    body.set("user", root.dataset.user);
    const answer = await fetch(location.pathname, { method: "POST", body, signal: timeoutSignal() });
    if (answer.status >= 500) throw new Unanswered();
    return { answer, page: new DOMParser().parseFromString(await answer.text(), "text/html") };
  };

  const attempt = async (button, isRetry = false) => {
    const sent = entriesOf(form);
    const { answer, page } = await orUnanswered(post(button));
    if (page.querySelector("[data-autosave]")) return settle(page, answer, sent);
    const resume = page.querySelector("[data-resume]");
    if (resume) return say(root.dataset.notEditable, { isTrouble: true, label: root.dataset.resume, href: resume.href });
    keepHere();
    if (answer.status === TOO_LARGE) return say(bar.dataset.tooLong, { isTrouble: true });
    if (!await orUnanswered(renewTokens())) {
      say(bar.dataset.signedOut, { isTrouble: true, label: bar.dataset.signIn, href: root.dataset.login });
      return later(button);
    }
    if (!isRetry) return attempt(button, true);
    if (answer.redirected) return location.assign(answer.url); // saved, and no longer theirs to change
    return say(bar.dataset.refused, { isTrouble: true });
  };

  const save = (button) => {
    clearTimeout(timer);
    if (!waiting) say(bar.dataset.saving);
    waiting = null;
    return inTurn(async () => {
      try {
        await attempt(button);
      } catch (error) {
        if (!(error instanceof Unanswered)) throw error;
        keepHere();
        say(bar.dataset.away, { isTrouble: true });
        later(button);
      }
    });
  };

  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented || event.submitter?.formTarget === "_blank") return;
    event.preventDefault();
    save(event.submitter);
  });
  addEventListener("online", () => { if (waiting) save(waiting); });
  return { isWaiting: () => waiting !== null };
};
