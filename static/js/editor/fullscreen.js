// The whole screen for writing: nothing behind it can be reached, and Escape leads back to the same place.
const FULL = "editor--full";

const others = (root) => {
  const found = [];
  for (let one = root; one !== document.body; one = one.parentElement) {
    found.push(...[...one.parentElement.children].filter((other) => other !== one && !other.matches("script, link")));
  }
  return found;
};

export const start = (root, button) => {
  let silenced = [];
  const set = (isFull) => {
    const held = document.activeElement;
    root.classList.toggle(FULL, isFull);
    document.documentElement.classList.toggle("is-writing", isFull);
    button.setAttribute("aria-pressed", isFull);
    for (const one of silenced) one.inert = false;
    silenced = isFull ? others(root).filter((one) => !one.inert) : [];
    for (const one of silenced) one.inert = true;
    if (root.contains(held)) held.focus();
    if (!isFull) root.scrollIntoView({ block: "nearest" });
  };
  const isFull = () => root.classList.contains(FULL);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && isFull() && !event.defaultPrevented && !event.isComposing) set(false);
  });
  button.setAttribute("aria-pressed", "false");
  return () => set(!isFull());
};
