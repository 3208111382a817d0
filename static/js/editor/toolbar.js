// The bar of tools: one stop of the Tab key, arrows within it; the keys of each tool are those that it names itself.
const NAMES = { Control: "ctrlKey", Shift: "shiftKey", Meta: "metaKey", Alt: "altKey" };

const matches = (event, keys) => {
  const parts = keys.split("+");
  const last = parts.pop();
  const held = Object.entries(NAMES).every(([name, flag]) => event[flag] === parts.includes(name));
  // With Shift a digit's key says another sign: where it lies is meant. Letters are meant as they are printed; on a
  // keyboard without Latin letters, as they lie.
  const isLatin = /^[a-z]$/i.test(event.key);
  const key = /^\d$/.test(last) || !isLatin ? event.code.replace(/^(?:Digit|Key)/, "") : event.key.toUpperCase();
  return held && key === last;
};

export const startKeys = (root, bar, act) => root.addEventListener("keydown", (event) => {
  if (event.isComposing || event.defaultPrevented) return;
  const tool = [...bar.querySelectorAll("[aria-keyshortcuts]")].find((one) => !one.hidden
    && one.getAttribute("aria-keyshortcuts").split(" ").some((keys) => matches(event, keys)));
  if (!tool) return;
  event.preventDefault();
  act(tool.dataset.act);
});

export const startBar = (bar, act) => {
  const tools = () => [...bar.querySelectorAll("[data-act]:not([hidden])")];
  const hold = (one) => {
    for (const tool of tools()) tool.tabIndex = tool === one ? 0 : -1;
  };
  bar.addEventListener("keydown", (event) => {
    const all = tools();
    const at = all.indexOf(document.activeElement);
    const isTurned = getComputedStyle(bar).direction === "rtl";
    const step = { ArrowRight: isTurned ? -1 : 1, ArrowLeft: isTurned ? 1 : -1 }[event.key];
    const next = step ? all.at((at + step) % all.length) : { Home: all[0], End: all.at(-1) }[event.key];
    if (!next || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    hold(next);
    next.focus();
  });
  bar.addEventListener("focusin", ({ target }) => { if (target.matches("[data-act]")) hold(target); });
  bar.addEventListener("click", (event) => {
    const tool = event.target.closest("[data-act]");
    if (tool) act(tool.dataset.act);
  });
  hold(tools()[0]);
  bar.hidden = false;
};
