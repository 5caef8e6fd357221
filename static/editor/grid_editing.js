// One cell while somebody writes in it. What is typed is in the draft after a short pause, so that
// the server can say what is wrong with it; Escape takes it back.
import { h, t } from "./dom.js";
import { cellPath, columnLabel, isMap, map, put, rowsOf, shown } from "./grid_model.js";
import { completed } from "./grid_paste.js";
import { rowsIn } from "./grid_rows.js";
import { state } from "./grid_state.js";
import { cellElement } from "./grid_view.js";
import { feelField } from "./feel.js";
import { store } from "./store.js";

const PAUSE = 250;
let now = null;
let sessions = 0;

/** Opens the active cell. `text`: what replaces its content, else that stays to be changed. */
export const edit = (view, text) => {
  if (!store.mayWrite || state.row < 0 || !state.count) return;
  end(view);
  const { row, column: at } = state;
  const column = state.columns[at];
  const td = cellElement(view, row, at);
  if (!td || !column) return;
  sessions += 1;
  const before = shown(rowsOf(store.value)[row], column);
  now = { row, column, td, before, typed: text ?? before, merge: `cell-${sessions}`, wrote: false, timer: 0 };
  state.editing = true;
  const label = t("grid.cell_named", { row: row + 1, column: column.key ? columnLabel(store.value, column) : t(`grid.column.${column.kind}`) });
  const field = fieldOf(column, row, label);
  td.classList.add("ed");
  // Before the field hears of it: what it proposes follows what stands there then.
  td.addEventListener("input", complete, true);
  td.replaceChildren(field);
  const input = field.matches("input, textarea") ? field : field.querySelector("input, textarea, [contenteditable]");
  input?.focus();
  if (text === undefined) input?.select?.();
  else input?.setSelectionRange?.(text.length, text.length);
  // The key that opened the cell was typed as well.
  if (text && input) {
    complete({ target: input, inputType: "insertText" });
    now.typed = input.value;
  }
};

/** While somebody types an allowed value, the rest of it stands there chosen. */
const complete = ({ target, inputType }) => {
  if (!now || inputType !== "insertText" || target.selectionStart !== target.value.length) return;
  const found = completed(target.value, now.column);
  if (!found) {
    // It was no such value after all: the quotation mark that nobody typed goes.
    const rest = now.lent === undefined ? '"' : target.value.slice(now.lent + 1);
    if (!rest.includes('"')) target.value = target.value.slice(0, now.lent) + rest;
    now.lent = undefined;
    return;
  }
  if (found.bare) now.lent = found.at;
  else if (now.lent !== found.at) now.lent = undefined;
  target.value = found.text;
  target.setSelectionRange(found.from, found.text.length);
};

const fieldOf = (column, row, label) => {
  const onchange = (value) => typed(String(value ?? ""));
  const name = ["note", "id", "valid_from", "valid_to"].includes(column.kind);
  if (name) return h("input", { "aria-label": label, ".value": now.typed, oninput: (event) => onchange(event.target.value) });
  return feelField({ value: now.typed, onchange, label, path: cellPath(store.value, row, column), unary: column.kind === "input" });
};

const typed = (text) => {
  if (!now) return;
  now.typed = text;
  clearTimeout(now.timer);
  now.timer = setTimeout(write, PAUSE);
};

const write = () => {
  if (!now) return;
  clearTimeout(now.timer);
  const { row, column, typed: text, merge } = now;
  const done = store.change((whole) => {
    const body = rowsIn(whole)[row];
    if (isMap(body)) put(body, column, text.trim() === "-" && column.kind === "input" ? "" : text, document.documentElement.lang);
  }, { merge });
  now.wrote ||= done;
};

/** Ends writing and keeps what was typed. */
export const end = (view) => {
  if (!now) return;
  write();
  close(view);
};

/** Ends writing and takes back what was typed. */
export const giveUp = (view) => {
  if (!now) return;
  clearTimeout(now.timer);
  const { wrote, row, column, before, merge } = now;
  // The steps of one cell are one step: taking it back leaves no trace in what can be undone.
  if (wrote && store.done.at(-1)?.merge === merge) {
    store.undo();
    store.undone.pop();
  } else if (wrote) store.change((whole) => put(map(rowsIn(whole)[row]), column, before, document.documentElement.lang));
  close(view);
};

const close = (view) => {
  const { td } = now;
  now = null;
  state.editing = false;
  td.classList.remove("ed");
  state.tell("ended");
  cellElement(view, state.row, state.column)?.focus({ preventScroll: true });
};

/** Whether an element is the field of the cell that is open. */
export const isOpen = (target) => Boolean(now && now.td.contains(target));
