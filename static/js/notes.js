// Notes in a post's form: the selected words of the text become those of a note, and a note selects its words.

// Positions count characters here as on the server; the browser counts UTF-16 units.
const characters = (text, end) => [...text.slice(0, end)].length;
const units = (text, count) => [...text].slice(0, count).join("").length;

const nearest = (text, words, near) => {
  let best = -1;
  for (let at = text.indexOf(words); at >= 0; at = text.indexOf(words, at + 1)) {
    if (best < 0 || Math.abs(at - near) < Math.abs(best - near)) best = at;
  }
  return best;
};

const button = (label, act) => {
  const element = document.createElement("button");
  element.type = "button";
  element.className = "admin-button";
  element.textContent = label;
  element.addEventListener("click", act);
  return element;
};

const select = (field, start, end) => {
  field.focus();
  // A browser scrolls to a caret, not to a selection.
  field.setSelectionRange(start, start);
  field.blur();
  field.focus();
  field.setSelectionRange(start, end);
};

const takeSelection = ({ body, note_words: words, note_near: near, review_note: note }) => {
  const { value, selectionStart, selectionEnd } = body;
  const chosen = value.slice(selectionStart, selectionEnd);
  const text = chosen.trim();
  words.value = text;
  near.value = text ? characters(value, selectionStart + chosen.indexOf(text)) : "";
  for (const changed of [words, near]) changed.dispatchEvent(new Event("input", { bubbles: true }));
  document.querySelector('[data-tool="full"][aria-pressed="true"]')?.click();
  note.focus();
};

// A save in place brings the list anew (writing/renew.js).
const furnish = () => {
  const place = document.querySelector("[data-notes]:not([data-furnished])");
  const elements = place?.closest("form").elements;
  if (!elements?.body || !elements.note_words) return;
  place.dataset.furnished = "";
  const status = document.createElement("p");
  status.setAttribute("role", "status");
  for (const item of place.querySelectorAll("[data-passage]")) {
    const show = () => {
      const { value } = elements.body;
      const at = nearest(value, item.dataset.passage, units(value, Number(item.dataset.start)));
      status.textContent = at < 0 ? place.dataset.gone : "";
      if (at >= 0) select(elements.body, at, at + item.dataset.passage.length);
    };
    item.append(button(place.dataset.show, show));
  }
  place.append(button(`${place.dataset.take} (Ctrl+Alt+M)`, () => takeSelection(elements)), status);
};

furnish();
document.addEventListener("writing:renewed", furnish);
document.addEventListener("keydown", (event) => {
  if (event.target.name !== "body" || event.code !== "KeyM" || !event.altKey || !(event.ctrlKey || event.metaKey)) return;
  const { elements } = event.target.form;
  if (!elements.note_words) return;
  event.preventDefault();
  takeSelection(elements);
});
