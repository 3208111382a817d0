// What is in a form: its fields' values now, or as the page was loaded (a browser may restore typed text by itself).
import { TOKEN } from "../csrf-tokens.js";

const NOT_CONTENT = new Set([TOKEN, "key", "turn", "edition", "base"]);

const selectedOptions = (list, isNow) => {
  const options = [...list.options].filter((option) => (isNow ? option.selected : option.defaultSelected));
  return options.length || list.multiple ? options : [...list.options].slice(0, 1);
};

// A list of texts: none for a box that is not ticked, several for a list of several.
export const valuesOf = (field, isNow = true) => {
  if (field.options) return selectedOptions(field, isNow).map((option) => option.value);
  if (!/^(checkbox|radio)$/.test(field.type)) return [isNow ? field.value : field.defaultValue];
  return (isNow ? field.checked : field.defaultChecked) ? [field.value] : [];
};

const isContent = (field) => field.name && !NOT_CONTENT.has(field.name) && !field.disabled
  && !/^(button|submit|reset|file|image)$/.test(field.type) && field.tagName !== "FIELDSET";

export const contentFields = (form) => [...form.elements].filter(isContent);

// Pairs of name and value.
export const entriesOf = (form, isNow = true) => contentFields(form)
  .flatMap((field) => valuesOf(field, isNow).map((value) => [field.name, value]));
