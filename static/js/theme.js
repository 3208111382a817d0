// Light or dark: follows the system until the reader chooses, then remembers the choice.
// Loaded in the head without `defer`, so that a dark page never flashes white.
const KEY = "theme";
const root = document.documentElement;
const system = matchMedia("(prefers-color-scheme: dark)");

// Storage may be forbidden: the choice then lasts as long as the page.
const readTheme = () => {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return root.dataset.theme;
  }
};

const storeTheme = (theme) => {
  try {
    if (theme) localStorage.setItem(KEY, theme);
    else localStorage.removeItem(KEY);
  } catch {
    // see readTheme()
  }
};

const setTheme = (theme) => {
  if (theme === "dark" || theme === "light") root.dataset.theme = theme;
  else delete root.dataset.theme;
};

const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : system.matches);

setTheme(readTheme());

document.addEventListener("DOMContentLoaded", () => {
  const button = document.querySelector("[data-theme-switch]");
  if (!button) return;
  const show = () => button.setAttribute("aria-pressed", isDark());

  button.addEventListener("click", () => {
    const theme = isDark() ? "light" : "dark";
    // Choosing what the system has anyway means following the system again.
    const chosen = (theme === "dark") === system.matches ? null : theme;
    setTheme(chosen);
    storeTheme(chosen);
    show();
  });
  system.addEventListener("change", show);
  addEventListener("storage", ({ key, newValue }) => {
    if (key !== KEY) return;
    setTheme(newValue);
    show();
  });
  show();
  button.hidden = false;
});
