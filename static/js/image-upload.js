// Adds an image to a text: chosen, dropped or pasted, then described and stored. The text changes only when the site
// has confirmed the upload; until then the dialog keeps everything that was typed. Other scripts open the dialog with
// the event "editor:figure" on an element that contains a textarea.
import { insert } from "./editor/edits.js";
import { renewTokens } from "./csrf-tokens.js";

const host = document.querySelector("[data-images]");
const statusLine = document.createElement("span");
const waiting = []; // files dropped together, described one by one
let fetching = null; // the dialog, or its promise
let area = null; // where the line will go; its caret too, since Chromium forgets it while the dialog is open
let place = 0;

const isImage = (file) => file.type.startsWith("image/");

// The dialog as the site renders it; null, and a message, if it does not.
const fetchDialog = async (query = "") => {
  try {
    const answer = await fetch(`${host.dataset.images}${query}`);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const dialog = answer.ok && page.querySelector("dialog.image-dialog");
    if (dialog) return document.importNode(dialog, true);
  } catch {
    // No connection: the message below covers it.
  }
  statusLine.textContent = host.dataset.offline;
  return null;
};

// Lines of images at the end of what stands before the caret: a paragraph of these is a gallery.
const LAST_IMAGES = /(?:^|\n)!\[[^\n]*\)(\{\.wide\})?\s*$/;
const WIDE_MARK = "{.wide}";

// The line as the next one of the images before the caret; false if no image stands there.
const writeInGallery = (line) => {
  const before = area.value.slice(0, place);
  const images = before.match(LAST_IMAGES);
  if (!images) return false;
  const end = before.trimEnd().length - (images[1] ?? "").length;
  area.setSelectionRange(end, end);
  insert(area, `\n${line}`);
  return true;
};

// A paragraph of its own after the selection, so that nothing is replaced; or as the dialog's choice of layout says.
const write = (line, layout) => {
  if (layout === "gallery" && writeInGallery(line)) return;
  if (layout === "wide") line += WIDE_MARK;
  const before = area.value.slice(0, place);
  const after = area.value.slice(place);
  const lead = !before || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
  const tail = after.startsWith("\n\n") ? "" : after.startsWith("\n") || !after ? "\n" : "\n\n";
  area.setSelectionRange(place, place);
  insert(area, `${lead}${line}${tail}`);
};

const finish = (dialog, line, message) => {
  const layout = dialog.querySelector("[data-layout]").value;
  dialog.close();
  dialog.remove(); // a new one next time, with this image in the library
  fetching = null;
  write(line, layout);
  statusLine.textContent = message;
  if (waiting.length) open(area);
};

// Drawn on a canvas: the content security policy allows no image that does not come from the site.
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
    // This browser cannot read the file; the site decides.
  }
};

const take = (dialog, file) => {
  const transfer = new DataTransfer();
  transfer.items.add(file);
  const field = dialog.querySelector("[type=file]");
  field.files = transfer.files;
  field.dispatchEvent(new Event("change", { bubbles: true }));
};

// Resolves to the status, 0 if there was no response. Not fetch(), which reports no upload progress.
const send = (form, request, dialog) => new Promise((settle) => {
  const progress = dialog.querySelector("progress");
  const message = dialog.querySelector("[data-status]");
  request.open("POST", form.action);
  request.upload.onprogress = ({ loaded, total }) => { progress.value = (100 * loaded) / total; };
  request.upload.onload = () => { message.textContent = dialog.dataset.processing; };
  request.onloadend = () => settle(request.status);
  progress.value = 0;
  progress.hidden = false;
  message.textContent = dialog.dataset.sending;
  request.send(new FormData(form));
});

const parseResponse = (request) => {
  try {
    return JSON.parse(request.responseText);
  } catch {
    return null; // a page: signing in, or an error
  }
};

const errorMessage = (dialog, status) => {
  const { offline, large, signedOut, failed } = dialog.dataset;
  return { 0: offline, 200: signedOut, 403: signedOut, 413: large }[status] ?? failed;
};

const markField = (dialog, line, message = "") => {
  const field = dialog.querySelector(`[name=${line.dataset.fieldError}]`);
  line.textContent = message;
  if (message) field.setAttribute("aria-invalid", "true");
  else field.removeAttribute("aria-invalid");
  field.setAttribute("aria-describedby", `${field.id}_helptext${message ? ` ${line.id}` : ""}`);
};

const showErrors = (dialog, errors) => {
  for (const line of dialog.querySelectorAll("[data-field-error]")) markField(dialog, line, errors[line.dataset.fieldError]?.join(" "));
  dialog.querySelector("[aria-invalid]")?.focus();
};

const submit = async (dialog, form) => {
  if (dialog.request) return; // one upload at a time
  dialog.request = new XMLHttpRequest();
  let status = await send(form, dialog.request, dialog);
  const hasNewToken = status === 403 && await renewTokens().catch(() => false);
  if (hasNewToken && dialog.open) status = await send(form, dialog.request, dialog);
  const answer = parseResponse(dialog.request);
  dialog.request = null;
  dialog.querySelector("progress").hidden = true;
  if (answer?.markdown) {
    finish(dialog, answer.markdown, answer.said);
    return;
  }
  dialog.querySelector("[data-status]").textContent = answer?.errors ? "" : errorMessage(dialog, status);
  showErrors(dialog, answer?.errors ?? {});
};

const find = async (dialog, form) => {
  const fresh = await fetchDialog(`?${new URLSearchParams(new FormData(form))}`);
  for (const part of ["[data-results]", "[data-count]"]) {
    if (fresh) dialog.querySelector(part).replaceChildren(...fresh.querySelector(part).childNodes);
  }
};

const setUp = (dialog) => {
  document.body.append(dialog);
  dialog.addEventListener("submit", (event) => {
    event.preventDefault();
    if (event.target.matches("[data-search]")) find(dialog, event.target);
    else submit(dialog, event.target);
  });
  dialog.addEventListener("change", ({ target }) => {
    if (target.type === "file") {
      markField(dialog, dialog.querySelector("[data-field-error=upload]")); // the error was about the previous file
      preview(dialog);
    }
    // The text that was typed stays, and counts again if the box is unticked.
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
  statusLine.textContent = "";
  fetching ??= fetchDialog().then((dialog) => dialog && setUp(dialog));
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
  button.className = "button image-tools__add";
  button.textContent = host.dataset.add;
  button.addEventListener("click", () => open(body));
  statusLine.className = "image-tools__status";
  statusLine.setAttribute("role", "status");
  host.prepend(button);
  host.append(statusLine);

  document.addEventListener("editor:figure", (event) => {
    const field = event.target.matches("textarea") ? event.target : event.target.querySelector("textarea");
    if (!field) return;
    event.preventDefault();
    open(field, event.detail?.files);
  });
  document.addEventListener("paste", (event) => {
    const files = [...event.clipboardData.files].filter(isImage);
    // Word processors and spreadsheets put an image of the copied text on the clipboard too: the text is meant.
    if (event.target !== body || !files.length || event.clipboardData.types.includes("text/plain")) return;
    event.preventDefault();
    open(body, files);
  });
  body.addEventListener("dragover", (event) => {
    if (event.dataTransfer.types.includes("Files")) event.preventDefault();
  });
  body.addEventListener("drop", (event) => {
    const files = [...event.dataTransfer.files].filter(isImage);
    if (!event.dataTransfer.files.length) return; // dragged text
    event.preventDefault(); // or the browser would open the file
    if (files.length) open(body, files);
  });
};

if (host) begin();
