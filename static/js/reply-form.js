// The comment form, below the comment that it replies to or at the end. One is on the page at a time; one that is left is put
// aside with what was typed, so that no reply gets the words of another.
const aside = new Map(); // by what they reply to: the number of a comment, or "" for none
const WRITER = ["name", "email", "website", "remember", "notify", "replies"];
const PAST = ".errors, .preview, .errorlist, .paragraph-choice, .field__too-long, [name=draft]";

export const currentForm = () => document.querySelector("form.respond");

// A form like this, with nothing written.
const copyBlank = (form, parent) => {
  const copy = form.cloneNode(true);
  for (const part of copy.querySelectorAll(PAST)) part.remove();
  for (const field of copy.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
  for (const name of ["body", "sources"]) copy.elements[name].value = copy.elements[name].defaultValue = "";
  copy.elements.parent.value = parent;
  copy.querySelector("[data-draft-status]").replaceChildren();
  delete copy.dataset.quoted;
  const link = document.querySelector(`#comment-${parent || 0} > .comment__reply`);
  copy.querySelector(".respond__heading").textContent = link?.ariaLabel ?? copy.dataset.write;
  copy.querySelector(".respond__cancel").hidden = !parent;
  copy.querySelector("[value=send]").textContent = parent ? copy.dataset.reply : copy.dataset.post;
  return copy;
};

export const putForm = (form) => (
  document.getElementById(`comment-${form.elements.parent.value}`) ?? document.getElementById("comments")).append(form);

// Returns the form that replies to `parent`. One that was sent is done with.
export const changeForm = (parent, start, isSent = false) => {
  const form = currentForm();
  const was = form.elements.parent.value;
  if (was === parent && !isSent) return form;
  const next = aside.get(parent) ?? copyBlank(form, parent);
  if (!isSent) aside.set(was, form);
  for (const name of WRITER) {
    const [old, field] = [form, next].map(({ elements }) => elements.namedItem(name));
    if (old && field) [field.value, field.checked] = [old.value, old.checked];
  }
  form.remove();
  putForm(next);
  if (!aside.delete(parent)) start(next);
  return next;
};
