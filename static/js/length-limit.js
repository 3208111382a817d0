// Stops a text that is too long from being sent and says by how many characters, so that the writer can shorten it; the
// browser cuts nothing. Counts whole characters, as the site does.
const format = (number) => number.toLocaleString(document.documentElement.lang);

export const limitLength = (area, message) => {
  const max = Number(area.dataset.limit);
  const line = document.createElement("p");
  Object.assign(line, { className: "field__too-long" });
  line.setAttribute("role", "status");
  area.after(line);
  const count = () => {
    // Letters outside the first plane count twice in `length`, so only a text that may be too long is counted by
    // letter.
    const over = area.value.length > max ? [...area.value].length - max : 0;
    const text = over > 0 ? message.replace("NUMBER", format(over)).replace("LIMIT", format(max)) : "";
    area.setCustomValidity(text);
    if (line.textContent !== text) line.textContent = text;
  };
  area.addEventListener("input", count);
  count();
};
