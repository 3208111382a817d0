// The editor: a plain text area with tools, shortcuts and a preview. Without this file it is just the text area.
//
// Other scripts may listen for `editor:figure` on it (and prevent the default), and insert text with `insert` of
// edits.js. Its detail may bring `files`, pictures to describe one by one.
import * as counts from "./counts.js";
import { apply, edit, insert, stateOf, watchUndo } from "./edits.js";
import * as full from "./fullscreen.js";
import * as keys from "./keys.js";
import { link } from "./links.js";
import { bullets, numbers } from "./lists.js";
import { emphasis, figure, heading, quotation, strong } from "./formatting.js";
import { footnote } from "./footnotes.js";
import * as paste from "./paste.js";
import * as preview from "./preview.js";
import { table } from "./tables.js";
import { startBar, startKeys } from "./toolbar.js";

const EDITS = { strong, emphasis, heading, link, bullets, numbers, quotation, footnote, table };

// Moves the selection into the epigraph field, or only the focus if nothing is selected.
const moveToEpigraph = (field, target) => {
  const { text, start, end } = stateOf(field);
  const words = text.slice(start, end).trim();
  target.closest("details")?.setAttribute("open", ""); // what is folded cannot have the focus
  if (words) {
    apply(field, edit(start, end, "", start));
    target.setSelectionRange(target.value.length, target.value.length);
    target.focus();
    insert(target, target.value.trim() ? `\n\n${words}` : words);
  }
  target.focus();
};

const startKeyList = (root, back) => {
  const list = root.querySelector("[data-shortcuts]");
  list.querySelector("[data-close]").addEventListener("click", () => list.close());
  list.addEventListener("keydown", (event) => event.stopPropagation());
  // The browser gives the focus back to whatever had it; a click need not have given it to a button.
  list.addEventListener("close", () => {
    if (document.activeElement === document.body) back.focus();
  });
  return () => list.showModal();
};

const start = (root) => {
  const [field, bar] = [root.querySelector("[data-text]"), root.querySelector("[data-bar]")];
  const tool = (name) => bar.querySelector(`[data-tool="${name}"]`);
  const { epigraph } = field.form.elements;
  tool("epigraph").hidden = !epigraph;
  const acts = {
    epigraph: () => moveToEpigraph(field, epigraph),
    figure: () => {
      const wanted = new CustomEvent("editor:figure", { bubbles: true, cancelable: true });
      if (root.dispatchEvent(wanted)) apply(field, figure(stateOf(field), root.dataset));
    },
    preview: preview.start(root, field, tool("preview")),
    file: paste.start(root, field),
    full: full.start(root, tool("full")),
    keys: startKeyList(root, tool("keys")),
    more: () => tool("more").setAttribute("aria-expanded", bar.toggleAttribute("data-more")),
  };
  for (const way of ["undo", "redo"]) {
    acts[way] = () => {
      field.focus();
      document.execCommand(way);
    };
  }
  for (const [name, build] of Object.entries(EDITS)) acts[name] = () => apply(field, build(stateOf(field), root.dataset));
  startBar(bar, (name) => acts[name]());
  startKeys(root, bar, (name) => acts[name]());
  keys.start(field);
  counts.start(root, field);
  watchUndo(field);
  const hint = root.querySelector("[data-hint]");
  hint.hidden = false;
  field.setAttribute("aria-describedby", `${field.getAttribute("aria-describedby") ?? ""} ${hint.id}`.trim());
};

for (const root of document.querySelectorAll("[data-editor]")) start(root);
