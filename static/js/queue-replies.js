// Puts a saved reply into the reply that is being written. Without this file the button asks the server to.
const main = document.querySelector("main");

const insert = (field, text) => {
  const [start, end] = [field.selectionStart, field.selectionEnd];
  const gap = field.value && !field.value.endsWith("\n\n") && start === field.value.length ? "\n\n" : "";
  field.setRangeText(gap + text, start, end, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
};

main.addEventListener("click", (event) => {
  const button = event.target.closest("[data-insert-saved]");
  if (!button) return;
  const part = button.closest(".action__body");
  const choice = part.querySelector("[data-saved]");
  const texts = main.querySelector("[data-saved-replies]")?.content;
  const text = choice.value && texts?.querySelector(`[data-reply="${choice.value}"]`);
  if (!text) return;
  event.preventDefault();
  insert(part.querySelector("textarea"), text.textContent);
  choice.value = "";
});
