// The editor: the browser's own text area, with tools, keys and a preview. Without this file it is a text area.
//
// Others may listen for `editor:figure` on it (and prevent the plain way), and put words in with `insert` of edits.js.
import * as counts from "./counts.js";
import { apply, edit, insert, stateOf, watchUndo } from "./edits.js";
import * as full from "./fullscreen.js";
import * as keys from "./keys.js";
import { link, pasted } from "./links.js";
import { bullets, numbers } from "./lists.js";
import { emphasis, figure, heading, quotation, strong } from "./formatting.js";
import { footnote } from "./footnotes.js";
import * as preview from "./preview.js";
import { table } from "./tables.js";
import { startBar, startKeys } from "./toolbar.js";

const EDITS = { strong, emphasis, heading, link, bullets, numbers, quotation, footnote, table };

// What is selected moves up into the field over the text; with nothing selected, the hand does.
const epigraph = (field, motto) => {
  const { text, start, end } = stateOf(field);
  const words = text.slice(start, end).trim();
  if (words) {
    apply(field, edit(start, end, "", start));
    motto.setSelectionRange(motto.value.length, motto.value.length);
    motto.focus();
    insert(motto, motto.value.trim() ? `\n\n${words}` : words);
  }
  motto.focus();
};

const startKeyList = (root, back) => {
  const list = root.querySelector("[data-keys]");
  list.querySelector("[data-close]").addEventListener("click", () => list.close());
  list.addEventListener("keydown", (event) => event.stopPropagation());
  list.addEventListener("close", () => back.focus());
  return () => list.showModal();
};

const start = (root) => {
  const [field, bar] = [root.querySelector("[data-text]"), root.querySelector("[data-bar]")];
  const tool = (name) => bar.querySelector(`[data-act="${name}"]`);
  const motto = field.form.elements.epigraph;
  tool("epigraph").hidden = !motto;
  const acts = {
    epigraph: () => epigraph(field, motto),
    figure: () => {
      const wanted = new CustomEvent("editor:figure", { bubbles: true, cancelable: true });
      if (root.dispatchEvent(wanted)) apply(field, figure(stateOf(field), root.dataset));
    },
    preview: preview.start(root, field, tool("preview")),
    full: full.start(root, tool("full")),
    keys: startKeyList(root, tool("keys")),
  };
  for (const way of ["undo", "redo"]) {
    acts[way] = () => {
      field.focus();
      document.execCommand(way);
    };
  }
  for (const [name, made] of Object.entries(EDITS)) acts[name] = () => apply(field, made(stateOf(field), root.dataset));
  startBar(bar, (name) => acts[name]());
  startKeys(root, bar, (name) => acts[name]());
  keys.start(field);
  counts.start(root, field);
  watchUndo(field);
  field.addEventListener("paste", (event) => {
    if (apply(field, pasted(stateOf(field), event.clipboardData.getData("text/plain")))) event.preventDefault();
  });
  const hint = root.querySelector("[data-hint]");
  hint.hidden = false;
  field.setAttribute("aria-describedby", `${field.getAttribute("aria-describedby") ?? ""} ${hint.id}`.trim());
};

for (const root of document.querySelectorAll("[data-editor]")) start(root);
