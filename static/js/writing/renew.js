// After a save: takes from the page that the site answered whatever is new, and leaves the fields where they are, so that
// the text keeps its caret, its scrolling and its undo.
import { contentFields, valuesOf } from "./fields.js";

const STATE = ["key", "turn", "edition", "chosen", "base", "csrfmiddlewaretoken"];

export const isSame = (one, other) => JSON.stringify(one) === JSON.stringify(other);

const fieldOf = (form, name) => {
  const field = form.elements[name];
  return field instanceof RadioNodeList ? field[0] : field;
};

const select = (list, fresh) => {
  const chosen = [...fresh.options].filter((option) => option.selected);
  for (const option of list.options) option.selected = false;
  for (const { value, text } of chosen) {
    let option = [...list.options].find((candidate) => candidate.value === value);
    if (!option) list.append(option = new Option(text, value));
    option.selected = true;
  }
  window.django?.jQuery?.(list).trigger("change"); // for select2
};

// What was typed since the form was sent stays.
const adoptValue = (field, fresh, sent) => {
  const values = valuesOf(field);
  const wasSent = sent.filter(([name]) => name === field.name).map(([, value]) => value);
  if (!isSame(values, wasSent) || isSame(values, valuesOf(fresh))) return;
  if (field.options) select(field, fresh);
  else if (/^(checkbox|radio)$/.test(field.type)) field.checked = fresh.checked;
  else field.value = fresh.value;
};

const rowsOf = (root) => [...root.querySelectorAll(".form-row")];
const classOf = (row) => `.${[...row.classList].find((name) => name.startsWith("field-"))}`;
// A choice of what may be gone by now is taken as the site answers it.
const isLive = (row) => row.querySelector("input:not([type=hidden], [data-fresh]), select, textarea");

const adoptRow = (row, fresh) => {
  row.querySelector("[data-errors]").replaceChildren(...fresh.querySelector("[data-errors]").childNodes);
  row.classList.toggle("errors", fresh.classList.contains("errors"));
  const [mine, theirs] = [row, fresh].map((one) => one.querySelector("[aria-invalid]") ?? one.querySelector("input, select, textarea"));
  for (const name of ["aria-invalid", "aria-describedby"]) {
    if (name === "aria-describedby" && mine?.matches("[data-text]")) continue; // the editor has added its own
    if (theirs?.hasAttribute(name)) mine?.setAttribute(name, theirs.getAttribute(name));
    else mine?.removeAttribute(name);
  }
};

// The panel as answered, but with the fields that are here, which scripts have furnished.
const renewPanel = (panel, fresh) => {
  const focused = document.activeElement;
  for (const row of rowsOf(panel).filter(isLive)) {
    const other = fresh.querySelector(classOf(row));
    if (!other) continue;
    adoptRow(row, other);
    other.replaceWith(row);
  }
  for (const group of fresh.querySelectorAll("[data-group]")) {
    const before = [...panel.querySelectorAll("[data-group]")].find((other) => other.dataset.group === group.dataset.group);
    if (before && !group.querySelector(".errorlist")) group.open = before.open;
    if (before) group.className = before.className;
  }
  panel.replaceChildren(...fresh.childNodes);
  if (focused.isConnected) focused.focus({ preventScroll: true });
};

const renewNotes = (form, fresh) => {
  for (const note of form.querySelectorAll(":scope > div > :is(.errornote, .errorlist)")) note.remove();
  form.querySelector("[data-writing]").before(...fresh.querySelectorAll(":scope > div > :is(.errornote, .errorlist)"));
};

const renewParts = (page) => {
  for (const part of page.querySelectorAll("[data-part]")) {
    document.querySelector(`[data-part="${part.dataset.part}"]`)?.replaceChildren(...part.childNodes);
  }
};

// `page` is the document that the site answered to a form that was sent with the values `sent`.
export const renew = (form, page, sent) => {
  const fresh = page.querySelector("[data-writing]").closest("form");
  for (const name of STATE) {
    const field = fieldOf(fresh, name);
    if (field) fieldOf(form, name).value = field.value;
  }
  for (const field of contentFields(form)) {
    const other = fieldOf(fresh, field.name);
    if (other && !STATE.includes(field.name)) adoptValue(field, other, sent);
  }
  const main = form.querySelector("[data-main]");
  for (const row of rowsOf(main)) adoptRow(row, fresh.querySelector(classOf(row)));
  renewNotes(form, fresh);
  renewPanel(form.querySelector("[data-side-panel]"), fresh.querySelector("[data-side-panel]"));
  renewParts(page);
  document.title = page.title;
  document.querySelector(".breadcrumbs").replaceWith(page.querySelector(".breadcrumbs"));
  document.dispatchEvent(new CustomEvent("writing:renewed"));
};
