// New tags while writing: the tag field of the admin (Django's autocomplete, a select2) offers to add what was typed,
// last in its list. What was chosen there is sent to the site, which makes the tag, or asks when one is alike.
const $ = window.django.jQuery;

function choose(select, { id, text }) {
  let option = [...select.options].find((one) => one.value === id);
  if (!option) {
    option = new Option(text, id);
    select.append(option);
  }
  option.selected = true;
  $(select).trigger("change");
}

function button(words, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "new-tag__way";
  made.textContent = words;
  made.addEventListener("click", act);
  return made;
}

function place(select) {
  const told = document.createElement("div");
  told.className = "new-tag";
  told.setAttribute("role", "status");
  (select.closest(".related-widget-wrapper") ?? select).after(told);
  return told;
}

function follow(select) {
  const told = place(select);
  const say = (...parts) => told.replaceChildren(...parts);

  // The button that was pressed goes: who writes on at the keyboard stands where he was.
  const back = () => $(select).data("select2").$container.find(".select2-search__field").trigger("focus");

  async function add(name, anyway = false) {
    const body = new FormData();
    body.set("name", name);
    if (anyway) body.set("anyway", "yes");
    const key = select.form.elements.csrfmiddlewaretoken.value;
    let answer, said;
    try {
      answer = await fetch(select.dataset.newTag, { method: "POST", body, headers: { "X-CSRFToken": key } });
      said = await answer.json();
    } catch {
      return say(select.dataset.newTagFailed);
    }
    if (said.near) {
      ask(name, said);
    } else if (answer.ok) {
      say();
      choose(select, said);
    } else {
      say(said.words);
    }
  }

  function ask(name, { words, near, anyway }) {
    const use = (one) => () => {
      back();
      say();
      choose(select, one);
    };
    const insist = () => {
      back();
      add(name, true);
    };
    say(words, ...near.map((one) => button(one.words, use(one))), button(anyway, insist));
  }

  const data = $(select).data("select2").dataAdapter;
  data.createTag = ({ term }) => {
    const name = (term ?? "").trim();
    return name && { id: name, text: select.dataset.newTagWords.replace("%s", () => name), isNew: true, name };
  };
  data.insertTag = (found, tag) => found.push(tag);
  $(select).on("select2:selecting", (event) => {
    const { isNew, name } = event.params.args.data;
    if (!isNew) return;
    event.preventDefault(); // a name is not the number of a tag
    $(select).select2("close");
    add(name);
  });
}

$(() => document.querySelectorAll("select[data-new-tag]").forEach(follow));
