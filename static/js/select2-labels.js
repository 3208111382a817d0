// Labels the admin's autocomplete fields (select2) for screen readers. Without a script they are plain lists, which
// have labels already.
const $ = window.django.jQuery;

const setLabel = (field, name) => field?.setAttribute("aria-label", name);

const labelOf = (select) => select.labels[0]?.textContent.replace(/:\s*$/, "").trim();

const label = (select) => {
  const name = labelOf(select);
  const widget = select.nextElementSibling;
  if (!name || !widget?.matches(".select2")) return;
  const single = widget.querySelector(".select2-selection--single");
  single?.removeAttribute("aria-labelledby"); // names nothing while nothing is selected
  setLabel(single?.querySelector(".select2-selection__rendered"), name);
  const update = () => setLabel(single, [name, ...[...select.selectedOptions].map(({ text }) => text)].filter(Boolean).join(": "));
  if (single) update();
  setLabel(widget.querySelector(".select2-search__field"), name);
  $(select).on("change", () => single && update());
  $(select).on("select2:open", () => setLabel(document.querySelector(".select2-dropdown .select2-search__field"), name));
};

$(() => document.querySelectorAll("select.admin-autocomplete").forEach(label));
