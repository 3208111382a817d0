// The form on a page that everybody shares bears no time. When its reader begins to write, the site is asked for one:
// so it knows a form that was open for days from one that a machine sent within a second.

export const stamp = async (form) => {
  const field = form.elements.namedItem("stamp");
  if (field?.value !== "") return; // stamped, or no comment
  try {
    const answer = await fetch(`${new URL(form.action).pathname}stamp/`);
    if (answer.ok) field.value = await answer.text();
  } catch {
    // Sent without, it is taken all the same.
  }
};
