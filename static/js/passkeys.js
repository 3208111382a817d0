// Shows the page's own message where allauth's script would only write to the console.
document.addEventListener("allauth.error", (event) => {
  const message = document.querySelector("[data-passkey-error]");
  if (!message) return;
  event.preventDefault();
  message.hidden = false;
});
