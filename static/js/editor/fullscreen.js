// Full screen for writing: nothing behind it can be reached, and Escape returns to the same place.
const FULL = "editor--full";

const elementsOutside = (root) => {
  const outside = [];
  for (let inner = root; inner !== document.body; inner = inner.parentElement) {
    outside.push(...[...inner.parentElement.children].filter((other) => other !== inner && !other.matches("script, link")));
  }
  return outside;
};

export const start = (root, button) => {
  let disabled = [];
  // The buttons that save come along.
  const bar = root.closest("form").querySelector("[data-save-bar]");
  const place = bar?.parentElement;
  const set = (isFull) => {
    const focused = document.activeElement;
    root.classList.toggle(FULL, isFull);
    if (bar) (isFull ? root : place).append(bar);
    document.documentElement.classList.toggle("is-writing", isFull);
    button.setAttribute("aria-pressed", isFull);
    for (const element of disabled) element.inert = false;
    disabled = isFull ? elementsOutside(root).filter((element) => !element.inert) : [];
    for (const element of disabled) element.inert = true;
    if (root.contains(focused)) focused.focus();
    if (!isFull) root.scrollIntoView({ block: "nearest" });
  };
  const isFull = () => root.classList.contains(FULL);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && isFull() && !event.defaultPrevented && !event.isComposing) set(false);
  });
  document.addEventListener("editor:leave-full-screen", () => { if (isFull()) set(false); });
  button.setAttribute("aria-pressed", "false");
  return () => set(!isFull());
};
