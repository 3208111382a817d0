// What this device remembers of a guest (comments/submission/remembered_name.py) fills in the form of a cached page, under
// one line that says as whom they write. The server has filled in all other forms. Here and there, forgets it.
const LIMITS = { name: 80, email: 254, website: 200 };

const read = () => {
  const parts = /(?:^|; )commenter=([^;]*)/.exec(document.cookie)?.[1].split("|") ?? [];
  if (parts.length !== 3) return null;
  try {
    return Object.fromEntries(Object.entries(LIMITS).map(([name, limit], place) => (
      [name, decodeURIComponent(parts[place]).replace(/[\p{Cc}\u2028\u2029]/gu, "").slice(0, limit).trim()])));
  } catch {
    return null; // damaged
  }
};

const element = (tag, className, ...content) => {
  const made = document.createElement(tag);
  made.className = className;
  made.append(...content);
  return made;
};

const show = (form, values) => {
  const tick = form.elements.remember;
  const words = tick.closest("[data-as]");
  const person = form.querySelector(".respond__person");
  for (const [name, value] of Object.entries(values)) form.elements.namedItem(name).value ||= value;
  tick.checked = true;
  const name = element("bdi", "", form.elements.namedItem("name").value);
  const summary = element("summary", "", `${words.dataset.as} `, name, " ", element("span", "respond__change", words.dataset.change));
  const fields = element("details", "respond__known", summary);
  const forget = element("a", "respond__forget", words.dataset.forget);
  forget.href = words.dataset.device;
  const line = element("div", "respond__who", fields, forget);
  person.before(line);
  fields.append(person, words);
};

const forget = (form) => {
  document.cookie = "commenter=; path=/; max-age=0; samesite=lax";
  const line = form.querySelector(".respond__who");
  line.after(form.querySelector(".respond__person"), form.elements.remember.closest("[data-as]"));
  line.remove();
  for (const name of Object.keys(LIMITS)) form.elements.namedItem(name).value = "";
  form.elements.remember.checked = false;
  form.elements.namedItem("name").focus();
};

export const start = (form) => {
  const values = read();
  const isFilled = form.querySelector(".respond__who");
  const isTyping = form.querySelector(".respond__person").contains(document.activeElement);
  if (!isFilled && !isTyping && values?.name) show(form, values);
  form.querySelector(".respond__forget")?.addEventListener("click", (event) => {
    event.preventDefault();
    forget(form);
  });
};
