// Counts words and characters after a pause in typing.
const DELAY = 200; // milliseconds
// A word has at least one letter or digit.
const WORD = /\S*[\p{L}\p{N}]\S*/gu;

const wordsIn = (text) => text.match(WORD)?.length ?? 0;
const charactersIn = (text) => [...text].length;

export const whenIdle = (task) => (window.requestIdleCallback ? requestIdleCallback(task, { timeout: 1000 }) : setTimeout(task));

export const start = (root, field) => {
  const place = root.querySelector("[data-counts]");
  const numbers = new Intl.NumberFormat(document.documentElement.lang || undefined);
  const show = (name, count) => { place.querySelector(name).textContent = numbers.format(count); };
  const count = () => {
    const text = field.value;
    show("[data-words]", wordsIn(text));
    show("[data-characters]", charactersIn(text));
  };
  let soon;
  field.addEventListener("input", () => {
    clearTimeout(soon);
    soon = setTimeout(() => whenIdle(count), DELAY);
  });
  place.hidden = false;
  count();
};
