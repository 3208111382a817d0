// Day or night: follows the system until the reader chooses, and remembers his choice.
// Stands in the head without `defer`, so that a night reader never sees a white flash.
(() => {
  const KEY = "theme";
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");

  // Storage may be forbidden: then the choice lasts as long as the page.
  const recall = () => {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return root.dataset.theme;
    }
  };

  const remember = (theme) => {
    try {
      if (theme) localStorage.setItem(KEY, theme);
      else localStorage.removeItem(KEY);
    } catch {
      // see recall()
    }
  };

  const wear = (theme) => {
    if (theme === "dark" || theme === "light") root.dataset.theme = theme;
    else delete root.dataset.theme;
  };

  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : system.matches);

  wear(recall());

  document.addEventListener("DOMContentLoaded", () => {
    const button = document.querySelector("[data-theme-switch]");
    if (!button) return;
    const show = () => button.setAttribute("aria-pressed", isDark());

    button.addEventListener("click", () => {
      const theme = isDark() ? "light" : "dark";
      // What the system wants anyway is no choice: from then on it is followed again.
      const chosen = (theme === "dark") === system.matches ? null : theme;
      wear(chosen);
      remember(chosen);
      show();
    });
    system.addEventListener("change", show);
    addEventListener("storage", ({ key, newValue }) => {
      if (key !== KEY) return;
      wear(newValue);
      show();
    });
    show();
    button.hidden = false;
  });
})();
