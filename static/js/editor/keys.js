// Enter, Tab and the arrows in lists and tables; Escape, then Tab, always leaves the text.
import { apply, stateOf } from "./edits.js";
import * as lists from "./lists.js";
import * as tables from "./tables.js";

const edits = {
  Enter: (state, { shiftKey }) => (shiftKey ? null : tables.enter(state) ?? lists.enter(state)),
  Tab: (state, { shiftKey }) => tables.tab(state, shiftKey ? -1 : 1) ?? lists.indent(state, shiftKey ? -1 : 1),
};

export const start = (field) => {
  let isLeaving = false;
  field.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const wasLeaving = isLeaving;
    if (event.key !== "Shift") isLeaving = event.key === "Escape";
    if (wasLeaving && event.key === "Tab") return;
    if (event.key === "ArrowUp" || event.key === "ArrowDown") apply(field, tables.realign(stateOf(field)));
    else if (edits[event.key] && apply(field, edits[event.key](stateOf(field), event))) event.preventDefault();
  });
  field.addEventListener("blur", () => { isLeaving = false; });
};
