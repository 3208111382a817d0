// As the system has it, light or dark: what the reader chooses is remembered.
// Loaded in the head without `defer`, so that a dark page never flashes white.
const KEY = "theme";
const root = document.documentElement;

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

setTheme(readTheme());

document.addEventListener("DOMContentLoaded", () => {
  const choice = document.querySelector("[data-theme-switch]");
  if (!choice) return;
  const follow = (theme) => {
    setTheme(theme);
    choice.value = root.dataset.theme ?? "";
  };
  choice.addEventListener("change", () => {
    setTheme(choice.value);
    storeTheme(choice.value);
  });
  addEventListener("storage", ({ key, newValue }) => key === KEY && follow(newValue));
  // Back on a page from the browser's cache, which has heard of no change meanwhile.
  addEventListener("pageshow", ({ persisted }) => persisted && follow(readTheme()));
  follow(readTheme());
  choice.parentElement.hidden = false;
});
