// The keys of the grid. Tab leaves it, except from a cell that is being written.
import { edit, end, giveUp, isOpen } from "./grid_editing.js";
import { openColumn } from "./grid_head.js";
import { state } from "./grid_state.js";
import * as verbs from "./grid_verbs.js";
import { store } from "./store.js";

const PAGE = 15;

/** Listens to keys and the clipboard. */
export const listen = (view) => {
  view.table.addEventListener("keydown", (event) => (isOpen(event.target) ? writing(view, event) : moving(view, event)));
  for (const [name, act] of [["copy", copyOut], ["cut", copyOut], ["paste", pasteIn]]) {
    view.table.addEventListener(name, (event) => {
      if (isOpen(event.target) || event.target.closest("input, textarea, select")) return;
      act(event);
    });
  }
};

const copyOut = (event) => {
  if (state.row < 0) return;
  event.clipboardData.setData("text/plain", verbs.copied());
  event.preventDefault();
  if (event.type === "cut" && store.mayWrite) verbs.clear();
};

const pasteIn = (event) => {
  event.preventDefault();
  if (store.mayWrite) verbs.paste(event.clipboardData.getData("text/plain"));
};

const writing = (view, event) => {
  // Completion takes Enter, Tab, Escape and the arrows while it is open.
  if (event.defaultPrevented || event.isComposing) return;
  if (event.key === "Escape") giveUp(view);
  else if (event.key === "Enter" && !event.altKey) {
    end(view);
    if (event.ctrlKey || event.metaKey) verbs.addRow();
    else step(event.shiftKey ? -1 : 1, 0);
  } else if (event.key === "Tab") {
    end(view);
    along(event.shiftKey ? -1 : 1);
  } else return;
  event.preventDefault();
  event.stopPropagation();
};

const step = (rows, columns, extend = false) => {
  const least = extend ? 0 : -1;
  state.go(Math.max(least, state.row + rows), Math.max(0, state.column + columns), { extend });
};

/** The next cell, at the end of a row the first of the next. */
const along = (by) => {
  const last = state.columns.length - 1;
  if (by > 0 && state.column === last && state.row < state.count - 1) state.go(state.row + 1, 0);
  else if (by < 0 && state.column === 0 && state.row > 0) state.go(state.row - 1, last);
  else step(0, by);
};

const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], PageUp: [-PAGE, 0], PageDown: [PAGE, 0] };

const moving = (view, event) => {
  if (event.target.closest("button, input, select, textarea")) return;
  const held = event.ctrlKey || event.metaKey;
  const done = held ? controlled(event) : event.altKey ? twin(event) : plain(view, event);
  if (done === false) return;
  event.preventDefault();
  event.stopPropagation();
};

const twin = (event) => (event.shiftKey && event.key === "ArrowDown" ? verbs.twinRows() : false);

const plain = (view, event) => {
  const { key, shiftKey } = event;
  if (key in ARROWS) return step(...ARROWS[key], shiftKey && state.row >= 0);
  if (key === "Home") return state.go(state.row, 0, { extend: shiftKey });
  if (key === "End") return state.go(state.row, state.columns.length - 1, { extend: shiftKey });
  if (key === "Escape") return state.tell("cleared");
  if (state.row < 0) return head(key);
  if (key === "Enter" || key === "F2") return edit(view);
  if (key === "Delete" || key === "Backspace") return verbs.clear();
  if (key.length === 1 && !event.isComposing) return edit(view, key);
  return false;
};

const head = (key) => {
  const column = state.columns[state.column];
  if (key === "Enter" || key === "F2" || key === " ") return openColumn(column);
  if (key === "Delete") return openColumn(column, { removing: true });
  return false;
};

const controlled = (event) => {
  const { key, shiftKey } = event;
  const column = state.columns[state.column];
  if (key === "Home") return state.go(0, 0, { extend: shiftKey });
  if (key === "End") return state.go(state.count - 1, state.columns.length - 1, { extend: shiftKey });
  if (key.toLowerCase() === "a" && !shiftKey) {
    return state.choose({ top: 0, bottom: state.count - 1, left: 0, right: state.columns.length - 1 });
  }
  if (key === "ArrowLeft" || key === "ArrowRight") {
    return state.row < 0 ? verbs.shiftColumn(column, key === "ArrowLeft" ? -1 : 1) : step(0, key === "ArrowLeft" ? -state.column : state.columns.length);
  }
  if (key === "ArrowUp" || key === "ArrowDown") return verbs.shiftRows(key === "ArrowUp" ? -1 : 1);
  if (key === "Enter") return verbs.addRow({ below: !shiftKey });
  if (key === "Delete") return verbs.dropRows();
  if (key.toLowerCase() === "d" && !shiftKey) return verbs.fillDown();
  return false;
};
