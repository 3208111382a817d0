// New tags while writing: the admin's tag field (Django's autocomplete, a select2) offers to add what was typed, last
// in its list. The site then creates the tag, or asks if there is a similar one.
const $ = window.django.jQuery;

function choose(select, { id, text }) {
  let option = [...select.options].find((candidate) => candidate.value === id);
  if (!option) {
    option = new Option(text, id);
    select.append(option);
  }
  option.selected = true;
  $(select).trigger("change");
}

function button(text, action) {
  const element = document.createElement("button");
  element.type = "button";
  element.className = "tag-create__button";
  element.textContent = text;
  element.addEventListener("click", action);
  return element;
}

function addStatus(select) {
  const status = document.createElement("div");
  status.className = "tag-create";
  status.setAttribute("role", "status");
  (select.closest(".related-widget-wrapper") ?? select).after(status);
  return status;
}

function offerNewTags(select) {
  const status = addStatus(select);
  const show = (...parts) => status.replaceChildren(...parts);

  // The clicked button disappears: returns the focus to the field.
  const focusField = () => $(select).data("select2").$container.find(".select2-search__field").trigger("focus");

  async function add(name, anyway = false) {
    const body = new FormData();
    body.set("name", name);
    if (anyway) body.set("anyway", "yes");
    const key = select.form.elements.csrfmiddlewaretoken.value;
    let response, result;
    try {
      response = await fetch(select.dataset.newTag, { method: "POST", body, headers: { "X-CSRFToken": key } });
      result = await response.json();
    } catch {
      return show(select.dataset.newTagFailed);
    }
    if (result.near) {
      ask(name, result);
    } else if (response.ok) {
      show();
      choose(select, result);
    } else {
      show(result.words);
    }
  }

  function ask(name, { words, near, anyway }) {
    const use = (tag) => () => {
      focusField();
      show();
      choose(select, tag);
    };
    const insist = () => {
      focusField();
      add(name, true);
    };
    show(words, ...near.map((tag) => button(tag.words, use(tag))), button(anyway, insist));
  }

  const data = $(select).data("select2").dataAdapter;
  data.createTag = ({ term }) => {
    const name = (term ?? "").trim();
    return name && { id: name, text: select.dataset.newTagWords.replace("%s", () => name), isNew: true, name };
  };
  data.insertTag = (results, tag) => results.push(tag);
  $(select).on("select2:selecting", (event) => {
    const { isNew, name } = event.params.args.data;
    if (!isNew) return;
    event.preventDefault(); // a name is not a tag's id
    $(select).select2("close");
    add(name);
  });
}

$(() => document.querySelectorAll("select[data-new-tag]").forEach(offerNewTags));
