// The line over the foot of the window that offers a language: its button, and one that closes the line for good.
export const showOffer = (form, choice, rememberAnswer) => {
  const line = document.createElement("p");
  line.className = "language-offer";
  line.lang = choice.lang;
  const accept = choice.cloneNode(true);
  accept.setAttribute("form", form.id);
  const close = document.createElement("button");
  close.type = "button";
  close.className = "language-offer__close";
  close.ariaLabel = choice.dataset.close;
  close.textContent = "×";
  close.addEventListener("click", () => {
    rememberAnswer();
    line.remove();
  });
  line.append(choice.dataset.offer, " ", accept, " ", close);
  form.parentElement.append(line);
};
