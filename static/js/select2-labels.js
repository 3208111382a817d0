// Says to screen readers what the searched fields of the admin (Django's autocomplete, a select2) are for: what stands on
// their labels. Without a script they are plain lists, which have their labels already.
const $ = window.django.jQuery;

const tell = (field, name) => field?.setAttribute("aria-label", name);

const nameOf = (select) => select.labels[0]?.textContent.replace(/:\s*$/, "").trim();

const follow = (select) => {
  const name = nameOf(select);
  const drawn = select.nextElementSibling;
  if (!name || !drawn?.matches(".select2")) return;
  const one = drawn.querySelector(".select2-selection--single");
  one?.removeAttribute("aria-labelledby"); // names nothing while nothing is chosen
  tell(one?.querySelector(".select2-selection__rendered"), name);
  const say = () => tell(one, [name, ...[...select.selectedOptions].map(({ text }) => text)].filter(Boolean).join(": "));
  if (one) say();
  tell(drawn.querySelector(".select2-search__field"), name);
  $(select).on("change", () => one && say());
  $(select).on("select2:open", () => tell(document.querySelector(".select2-dropdown .select2-search__field"), name));
};

$(() => document.querySelectorAll("select.admin-autocomplete").forEach(follow));
