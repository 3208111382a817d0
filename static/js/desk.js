// The queue: choose all on this page without loading it again, and say how many are chosen.
const boxes = [...document.querySelectorAll('input[type="checkbox"][form="bulk"]')];
const link = document.querySelector("[data-choose]");
const count = document.querySelector("[data-chosen]");

const show = () => {
  const chosen = boxes.filter((box) => box.checked).length;
  count.textContent = chosen ? `${chosen} / ${boxes.length}` : "";
};

if (link) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    const all = boxes.some((box) => !box.checked);
    for (const box of boxes) box.checked = all;
    show();
  });
  document.addEventListener("change", show);
  show();
}
