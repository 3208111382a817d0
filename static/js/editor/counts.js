// How many words and characters there are, counted when the hand rests.
const REST = 200;
// Signs that are no words: what has neither letter nor figure.
const WORD = /\S*[\p{L}\p{N}]\S*/gu;

const wordsIn = (text) => text.match(WORD)?.length ?? 0;
const charactersIn = (text) => [...text].length;

export const whenIdle = (task) => (window.requestIdleCallback ? requestIdleCallback(task, { timeout: 1000 }) : setTimeout(task));

export const start = (root, field) => {
  const place = root.querySelector("[data-counts]");
  const figures = new Intl.NumberFormat(document.documentElement.lang || undefined);
  const show = (name, count) => { place.querySelector(name).textContent = figures.format(count); };
  const count = () => {
    const text = field.value;
    show("[data-words]", wordsIn(text));
    show("[data-characters]", charactersIn(text));
  };
  let soon;
  field.addEventListener("input", () => {
    clearTimeout(soon);
    soon = setTimeout(() => whenIdle(count), REST);
  });
  place.hidden = false;
  count();
};
