// The toolbar: one tab stop, arrow keys within it; each tool names its own shortcut.
const NAMES = { Control: "ctrlKey", Shift: "shiftKey", Meta: "metaKey", Alt: "altKey" };

const matches = (event, keys) => {
  const parts = keys.split("+");
  const last = parts.pop();
  const hasModifiers = Object.entries(NAMES).every(([name, flag]) => event[flag] === parts.includes(name));
  // Digits go by their key, since Shift changes the character. Letters go by what they print, or by their key on a
  // keyboard without Latin letters.
  const isLatin = /^[a-z]$/i.test(event.key);
  const key = /^\d$/.test(last) || !isLatin ? event.code.replace(/^(?:Digit|Key)/, "") : event.key.toUpperCase();
  return hasModifiers && key === last;
};

export const startKeys = (root, bar, act) => root.addEventListener("keydown", (event) => {
  if (event.isComposing || event.defaultPrevented) return;
  const tool = [...bar.querySelectorAll("[aria-keyshortcuts]")].find((button) => !button.hidden
    && button.getAttribute("aria-keyshortcuts").split(" ").some((keys) => matches(event, keys)));
  if (!tool) return;
  event.preventDefault();
  act(tool.dataset.tool);
});

export const startBar = (bar, act) => {
  // A narrow window shows some of them only after "More".
  const tools = () => [...bar.querySelectorAll("[data-tool]")].filter((tool) => tool.checkVisibility());
  const setTabStop = (current) => {
    for (const tool of tools()) tool.tabIndex = tool === current ? 0 : -1;
  };
  bar.addEventListener("keydown", (event) => {
    const all = tools();
    const at = all.indexOf(document.activeElement);
    const isTurned = getComputedStyle(bar).direction === "rtl";
    const step = { ArrowRight: isTurned ? -1 : 1, ArrowLeft: isTurned ? 1 : -1 }[event.key];
    const next = step ? all.at((at + step) % all.length) : { Home: all[0], End: all.at(-1) }[event.key];
    if (!next || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    setTabStop(next);
    next.focus();
  });
  bar.addEventListener("focusin", ({ target }) => { if (target.matches("[data-tool]")) setTabStop(target); });
  bar.addEventListener("click", (event) => {
    const tool = event.target.closest("[data-tool]");
    if (tool) act(tool.dataset.tool);
  });
  bar.hidden = false;
  setTabStop(tools()[0]);
};
