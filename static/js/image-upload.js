// A picture into a text: chosen, dropped or pasted; described; stored; and only then is a line written into the text.
// Until the site has said that it has the picture, the text is left alone, and the dialog keeps every word. Other
// scripts ask for the dialog by the event "editor:figure" on an element with a textarea in it.
import { insert } from "./editor/edits.js";
import { renewed } from "./csrf-tokens.js";

const host = document.querySelector("[data-pictures]");
const said = document.createElement("span");
const waiting = []; // files dropped together: one after the other is described
let fetching = null; // the dialog, or its promise
let area = null; // where the line will go, and how far into it: Chromium forgets that while the dialog is open
let place = 0;

const isPicture = (file) => file.type.startsWith("image/");

// The parts of the page that the site draws for us; null, and a sentence, when it does not.
const fetched = async (query = "") => {
  try {
    const answer = await fetch(`${host.dataset.pictures}${query}`);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const dialog = answer.ok && page.querySelector("dialog.picture");
    if (dialog) return document.importNode(dialog, true);
  } catch {
    // No connection: said below, as for any other trouble.
  }
  said.textContent = host.dataset.away;
  return null;
};

// A paragraph of its own behind what is chosen, so that nothing written is replaced.
const write = (line) => {
  const before = area.value.slice(0, place);
  const after = area.value.slice(place);
  const lead = !before || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
  const tail = after.startsWith("\n\n") ? "" : after.startsWith("\n") || !after ? "\n" : "\n\n";
  area.setSelectionRange(place, place);
  insert(area, `${lead}${line}${tail}`);
};

const finish = (dialog, line, words) => {
  dialog.close();
  dialog.remove(); // a new one next time, with this picture among those to choose from
  fetching = null;
  write(line);
  said.textContent = words;
  if (waiting.length) open(area);
};

// Drawn, not addressed: the policy of the page lets no picture in that does not come from the site.
const preview = async (dialog) => {
  const canvas = dialog.querySelector("[data-preview]");
  const file = dialog.querySelector("[type=file]").files[0];
  canvas.hidden = true;
  if (!file) return;
  try {
    const bitmap = await createImageBitmap(file);
    const scale = Math.min(1, 480 / bitmap.width, 360 / bitmap.height);
    canvas.width = Math.max(1, bitmap.width * scale);
    canvas.height = Math.max(1, bitmap.height * scale);
    canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    canvas.hidden = false;
  } catch {
    // No picture that this browser knows: the site will say so, or know better.
  }
};

const take = (dialog, file) => {
  const held = new DataTransfer();
  held.items.add(file);
  const field = dialog.querySelector("[type=file]");
  field.files = held.files;
  field.dispatchEvent(new Event("change", { bubbles: true }));
};

// Status 0 when nothing came back. No fetch(): only this one tells how far a file has got.
const sent = (form, request, dialog) => new Promise((settle) => {
  const progress = dialog.querySelector("progress");
  const words = dialog.querySelector("[data-said]");
  request.open("POST", form.action);
  request.upload.onprogress = ({ loaded, total }) => { progress.value = (100 * loaded) / total; };
  request.upload.onload = () => { words.textContent = dialog.dataset.drawing; };
  request.onloadend = () => settle(request.status);
  progress.value = 0;
  progress.hidden = false;
  words.textContent = dialog.dataset.sending;
  request.send(new FormData(form));
});

const answerOf = (request) => {
  try {
    return JSON.parse(request.responseText);
  } catch {
    return null; // a page: the sign-in, or one of trouble
  }
};

const trouble = (dialog, status) => {
  const { offline, large, signedOut, failed } = dialog.dataset;
  return { 0: offline, 200: signedOut, 403: signedOut, 413: large }[status] ?? failed;
};

const mark = (dialog, line, words = "") => {
  const field = dialog.querySelector(`[name=${line.dataset.wrong}]`);
  line.textContent = words;
  if (words) field.setAttribute("aria-invalid", "true");
  else field.removeAttribute("aria-invalid");
  field.setAttribute("aria-describedby", `${field.id}_helptext${words ? ` ${line.id}` : ""}`);
};

const complain = (dialog, errors) => {
  for (const line of dialog.querySelectorAll("[data-wrong]")) mark(dialog, line, errors[line.dataset.wrong]?.join(" "));
  dialog.querySelector("[aria-invalid]")?.focus();
};

const submit = async (dialog, form) => {
  if (dialog.request) return; // one at a time
  dialog.request = new XMLHttpRequest();
  let status = await sent(form, dialog.request, dialog);
  const isRenewed = status === 403 && await renewed().catch(() => false);
  if (isRenewed && dialog.open) status = await sent(form, dialog.request, dialog);
  const answer = answerOf(dialog.request);
  dialog.request = null;
  dialog.querySelector("progress").hidden = true;
  if (answer?.markdown) {
    finish(dialog, answer.markdown, answer.said);
    return;
  }
  dialog.querySelector("[data-said]").textContent = answer?.errors ? "" : trouble(dialog, status);
  complain(dialog, answer?.errors ?? {});
};

const find = async (dialog, form) => {
  const fresh = await fetched(`?${new URLSearchParams(new FormData(form))}`);
  for (const part of ["[data-offered]", "[data-count]"]) {
    if (fresh) dialog.querySelector(part).replaceChildren(...fresh.querySelector(part).childNodes);
  }
};

const dress = (dialog) => {
  document.body.append(dialog);
  dialog.addEventListener("submit", (event) => {
    event.preventDefault();
    if (event.target.matches("[data-search]")) find(dialog, event.target);
    else submit(dialog, event.target);
  });
  dialog.addEventListener("change", ({ target }) => {
    if (target.type === "file") {
      mark(dialog, dialog.querySelector("[data-wrong=upload]")); // that was about another file
      preview(dialog);
    }
    // What was typed stays, and counts again when the choice is taken back.
    if (target.name === "is_decorative") dialog.querySelector("[name=alt]").disabled = target.checked;
  });
  dialog.addEventListener("click", ({ target }) => {
    const offered = target.closest("[data-markdown]");
    if (offered) finish(dialog, offered.dataset.markdown, dialog.dataset.inserted);
    if (target.closest("[data-close]")) dialog.close();
  });
  dialog.addEventListener("close", () => dialog.request?.abort());
  return dialog;
};

const open = async (where, files = []) => {
  area = where;
  place = area.selectionEnd;
  waiting.push(...files);
  said.textContent = "";
  fetching ??= fetched().then((made) => made && dress(made));
  const dialog = await fetching;
  if (!dialog) {
    fetching = null;
    waiting.length = 0;
    area.focus();
    return;
  }
  if (!dialog.open) dialog.showModal();
  if (waiting.length) {
    take(dialog, waiting.shift());
    dialog.querySelector("[name=alt]").focus();
  }
};

const begin = () => {
  const body = host.closest(".form-row").querySelector("textarea");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button pictures__add";
  button.textContent = host.dataset.add;
  button.addEventListener("click", () => open(body));
  said.className = "pictures__said";
  said.setAttribute("role", "status");
  host.prepend(button);
  host.append(said);

  document.addEventListener("editor:figure", (event) => {
    const asked = event.target.matches("textarea") ? event.target : event.target.querySelector("textarea");
    if (!asked) return;
    event.preventDefault();
    open(asked);
  });
  document.addEventListener("paste", (event) => {
    const files = [...event.clipboardData.files].filter(isPicture);
    // Programs for texts and tables put a picture of what was copied beside the words: the words are meant.
    if (event.target !== body || !files.length || event.clipboardData.types.includes("text/plain")) return;
    event.preventDefault();
    open(body, files);
  });
  body.addEventListener("dragover", (event) => {
    if (event.dataTransfer.types.includes("Files")) event.preventDefault();
  });
  body.addEventListener("drop", (event) => {
    const files = [...event.dataTransfer.files].filter(isPicture);
    if (!event.dataTransfer.files.length) return; // words, moved by hand
    event.preventDefault(); // or the browser would leave the page for the file
    if (files.length) open(body, files);
  });
};

if (host) begin();
