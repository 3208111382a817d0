// A text longer than the site takes is not sent: whoever writes it is told by how many characters, while he can shorten
// it, and the browser cuts nothing. The site counts whole characters, and so does this file.
const human = (number) => number.toLocaleString(document.documentElement.lang);

export const limit = (area, words) => {
  const most = Number(area.dataset.limit);
  const line = document.createElement("p");
  Object.assign(line, { className: "field__over" });
  line.setAttribute("role", "status");
  area.after(line);
  const count = () => {
    // Letters outside the first plane count twice in `length`: only what may be too long is counted letter by letter.
    const over = area.value.length > most ? [...area.value].length - most : 0;
    const said = over > 0 ? words.replace("NUMBER", human(over)).replace("LIMIT", human(most)) : "";
    area.setCustomValidity(said);
    if (line.textContent !== said) line.textContent = said;
  };
  area.addEventListener("input", count);
  count();
};
