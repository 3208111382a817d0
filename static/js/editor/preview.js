// The text as it will be published, rendered by the server after a pause in typing.
import { TOKEN, renewTokens } from "../csrf-tokens.js";
import { whenIdle } from "./counts.js";
import { patcherFor, parseHtml } from "./preview-patch.js";
import { start as startScroll } from "./scroll-sync.js";

const DELAY = 300; // milliseconds
const MAX_DELAY = 2_000;
const SIGNED_OUT = [401, 403];

export const start = (root, field, button) => {
  const [side, pane, statusLine] = ["side", "page", "status"].map((name) => root.querySelector(`[data-${name}]`));
  const place = pane.shadowRoot?.querySelector("[data-rendered]");
  if (!place) { // without declarative shadow DOM the preview opens in a new tab
    button.hidden = true;
    return () => {};
  }
  const { form } = field;
  const address = root.querySelector("[data-fragment]").dataset.fragment;
  let running = null; // aborts the current request
  let soon;
  let duration = 0;
  let isStale = true;

  const patcher = patcherFor(place);
  const follow = startScroll(field, pane, patcher.blocks);

  const say = (message) => {
    if (statusLine.textContent !== message) statusLine.textContent = message;
  };

  const render = (html) => {
    patcher.render(html);
    say(field.value.trim() ? "" : root.dataset.empty);
    follow();
  };

  const buildBody = () => {
    const body = new FormData();
    body.set("fragment", "yes");
    for (const name of [TOKEN, field.name, "epigraph", "epigraph_source"]) {
      body.set(name, form.elements[name]?.value ?? "");
    }
    return body;
  };

  const post = (stop) => fetch(address, { method: "POST", body: buildBody(), signal: stop.signal });

  const handleResponse = async (answer, stop) => {
    const html = await answer.text();
    if (stop.signal.aborted) return;
    if (answer.redirected || SIGNED_OUT.includes(answer.status)) say(root.dataset.signedOut);
    else if (answer.status === 422) say(parseHtml(html).textContent.trim());
    else if (answer.status === 400 || answer.status === 413) say(root.dataset.tooLong);
    else if (!answer.ok) throw new Error(answer.statusText);
    else whenIdle(() => stop.signal.aborted || render(html));
  };

  const ask = async () => {
    const stop = new AbortController();
    const began = performance.now();
    running = stop;
    isStale = false;
    try {
      let answer = await post(stop);
      if (answer.status === 403 && await renewTokens()) answer = await post(stop);
      await handleResponse(answer, stop);
      duration = performance.now() - began;
    } catch {
      if (stop.signal.aborted) return;
      isStale = true;
      say(root.dataset.offline);
    }
  };

  const isShown = () => side.getClientRects().length > 0;
  const later = () => {
    running?.abort();
    clearTimeout(soon);
    isStale = true;
    // A long text takes the server longer: asks less often.
    soon = setTimeout(() => { if (isShown()) ask(); }, Math.min(MAX_DELAY, Math.max(DELAY, 2 * duration)));
  };
  form.addEventListener("input", ({ target }) => {
    if (target === field || target.name?.startsWith("epigraph")) later();
  });
  addEventListener("online", () => { if (isStale && isShown()) ask(); });

  // A link within the page scrolls the pane: an address cannot point into a shadow tree.
  pane.shadowRoot.addEventListener("click", (event) => {
    const hash = event.target.closest("a")?.getAttribute("href");
    if (!hash?.startsWith("#")) return;
    event.preventDefault();
    pane.shadowRoot.getElementById(decodeURIComponent(hash.slice(1)))?.scrollIntoView({ block: "nearest" });
  });

  // Beside the text if there is room, otherwise in its place on request.
  side.hidden = false;
  const update = () => {
    button.setAttribute("aria-pressed", isShown());
    if (isShown() && isStale) ask();
  };
  new ResizeObserver(update).observe(root);
  return () => {
    root.dataset.view = isShown() ? "text" : "page";
    update();
    if (!isShown()) field.focus();
  };
};
