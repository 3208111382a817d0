// Asks the site for the time of a comment form, which a cached page does not hold, when somebody starts to write. By it
// the site can tell a form that was open for days from one that a machine sent within a second.

export const setFormTime = async (form) => {
  const field = form.elements.namedItem("stamp");
  if (field?.value !== "") return; // has a time, or is no comment form
  try {
    const answer = await fetch(`${new URL(form.action).pathname}stamp/`);
    if (answer.ok) field.value = await answer.text();
  } catch {
    // The site accepts the form without it.
  }
};
