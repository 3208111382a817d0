// The text as it will be published, drawn by the server a moment after the hand rests.
import { TOKEN, renewed } from "../csrf-tokens.js";
import { whenIdle } from "./counts.js";
import { drawingIn, parsed } from "./preview-patch.js";
import { start as startScroll } from "./scroll-sync.js";

const REST = 300;
const LONGEST_REST = 2_000;
const SIGNED_OUT = [401, 403];

export const start = (root, field, button) => {
  const [side, pane, said] = ["side", "page", "said"].map((name) => root.querySelector(`[data-${name}]`));
  const place = pane.shadowRoot?.querySelector("[data-drawn]");
  if (!place) { // a browser that knows no declared shadow has the preview in a new tab
    button.hidden = true;
    return () => {};
  }
  const { form } = field;
  const address = root.querySelector("[data-fragment]").dataset.fragment;
  let asked = null; // what stops the question that is under way
  let soon;
  let lasted = 0;
  let isStale = true;

  const drawing = drawingIn(place);
  const follow = startScroll(field, pane, drawing.blocks);

  const say = (words) => {
    if (said.textContent !== words) said.textContent = words;
  };

  const draw = (html) => {
    drawing.draw(html);
    say(field.value.trim() ? "" : root.dataset.empty);
    follow();
  };

  const question = () => {
    const body = new FormData();
    body.set("fragment", "yes");
    for (const name of [TOKEN, field.name, "epigraph", "epigraph_source"]) {
      body.set(name, form.elements[name]?.value ?? "");
    }
    return body;
  };

  const posted = (stop) => fetch(address, { method: "POST", body: question(), signal: stop.signal });

  const answered = async (answer, stop) => {
    const html = await answer.text();
    if (stop.signal.aborted) return;
    if (answer.redirected || SIGNED_OUT.includes(answer.status)) say(root.dataset.out);
    else if (answer.status === 422) say(parsed(html).textContent.trim());
    else if (answer.status === 400 || answer.status === 413) say(root.dataset.long);
    else if (!answer.ok) throw new Error(answer.statusText);
    else whenIdle(() => stop.signal.aborted || draw(html));
  };

  const ask = async () => {
    const stop = new AbortController();
    const began = performance.now();
    asked = stop;
    isStale = false;
    try {
      let answer = await posted(stop);
      if (answer.status === 403 && await renewed()) answer = await posted(stop);
      await answered(answer, stop);
      lasted = performance.now() - began;
    } catch {
      if (stop.signal.aborted) return;
      isStale = true;
      say(root.dataset.away);
    }
  };

  const isShown = () => side.getClientRects().length > 0;
  const later = () => {
    asked?.abort();
    clearTimeout(soon);
    isStale = true;
    // A long text takes the server long: it is asked less often.
    soon = setTimeout(() => { if (isShown()) ask(); }, Math.min(LONGEST_REST, Math.max(REST, 2 * lasted)));
  };
  form.addEventListener("input", ({ target }) => {
    if (target === field || target.name?.startsWith("epigraph")) later();
  });
  addEventListener("online", () => { if (isStale && isShown()) ask(); });

  // A link within the page leads to its place in the pane: an address cannot point into a shadow.
  pane.shadowRoot.addEventListener("click", (event) => {
    const hash = event.target.closest("a")?.getAttribute("href");
    if (!hash?.startsWith("#")) return;
    event.preventDefault();
    pane.shadowRoot.getElementById(decodeURIComponent(hash.slice(1)))?.scrollIntoView({ block: "nearest" });
  });

  // Beside the text where there is room; where there is none, in its place when asked for.
  side.hidden = false;
  const look = () => {
    button.setAttribute("aria-pressed", isShown());
    if (isShown() && isStale) ask();
  };
  new ResizeObserver(look).observe(root);
  return () => {
    root.dataset.view = isShown() ? "text" : "page";
    look();
    if (!isShown()) field.focus();
  };
};
