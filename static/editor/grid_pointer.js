// The pointer in the grid: choosing cells, opening them, dragging rows by their grip.
import { edit, end, isOpen } from "./grid_editing.js";
import { openColumn } from "./grid_head.js";
import { state } from "./grid_state.js";
import { gapsFound } from "./grid_ghosts.js";
import { ROW } from "./grid_view.js";
import * as verbs from "./grid_verbs.js";
import { store } from "./store.js";

// So far a pointer goes before a press is a drag.
const SLACK = 5;

export const listen = (view) => {
  view.table.addEventListener("pointerdown", (event) => press(view, event));
  view.table.addEventListener("dblclick", (event) => {
    if (event.target.closest("td[data-c]") && !isOpen(event.target)) edit(view);
  });
  view.table.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-fill]");
    if (button) verbs.fill(gapsFound()[Number(button.dataset.fill)]);
    const head = event.target.closest("th[data-c]");
    if (head && event.detail) openColumn(state.columns[Number(head.dataset.c)]);
  });
};

const press = (view, event) => {
  if (event.button !== 0 || isOpen(event.target) || event.target.closest("button")) return;
  if (state.editing) end(view);
  const grip = event.target.closest("[data-grip]");
  if (grip) return pull(view, event, Number(grip.dataset.grip));
  const cell = event.target.closest("[data-c]");
  if (!cell) return undefined;
  event.preventDefault();
  state.go(Number(cell.dataset.r), Number(cell.dataset.c), { extend: event.shiftKey && Number(cell.dataset.r) >= 0 });
  return Number(cell.dataset.r) < 0 ? undefined : sweep(view, event);
};

/** Chooses the cells between, as long as the pointer is held. */
const sweep = (view, event) => {
  if (event.pointerType === "touch") return;
  const over = (moved) => {
    const cell = document.elementFromPoint(moved.clientX, moved.clientY)?.closest("td[data-c]");
    if (!cell || !view.table.contains(cell)) return;
    const [row, column] = [Number(cell.dataset.r), Number(cell.dataset.c)];
    if (row !== state.row || column !== state.column) state.go(row, column, { extend: true });
  };
  hold(over, () => {});
};

/** Drags rows: a line shows where they would be put. A press without a move chooses the row. */
const pull = (view, event, at) => {
  event.preventDefault();
  const { top, bottom } = state.chosen;
  const whole = state.chosen.left === 0 && state.chosen.right === state.columns.length - 1 && at >= top && at <= bottom;
  if (!whole || event.shiftKey) {
    state.choose({ top: event.shiftKey ? Math.min(top, at) : at, bottom: event.shiftKey ? Math.max(bottom, at) : at, left: 0, right: state.columns.length - 1 });
  }
  const { top: first, bottom: last } = state.chosen;
  let target = first;
  const line = view.scroll.querySelector(".drop") ?? view.scroll.appendChild(Object.assign(document.createElement("div"), { className: "drop", hidden: true }));
  const over = (moved) => {
    if (!store.mayWrite || Math.abs(moved.clientY - event.clientY) < SLACK) return;
    const box = view.scroll.getBoundingClientRect();
    if (moved.clientY < box.top + 2 * ROW) view.scroll.scrollTop -= ROW / 2;
    if (moved.clientY > box.bottom - ROW) view.scroll.scrollTop += ROW / 2;
    const head = view.head.offsetHeight;
    const place = Math.max(0, Math.min(state.count, Math.round((moved.clientY - box.top + view.scroll.scrollTop - head) / ROW)));
    target = place <= first ? place : place > last + 1 ? place - (last - first + 1) : first;
    line.hidden = target === first;
    line.style.top = `${head + place * ROW}px`;
  };
  hold(over, () => {
    line.hidden = true;
    if (target !== first) verbs.moveTo(first, last - first + 1, target);
  });
};

const hold = (over, done) => {
  const stop = (event) => {
    document.removeEventListener("pointermove", over);
    document.removeEventListener("pointerup", stop);
    document.removeEventListener("pointercancel", stop);
    if (event.type === "pointerup") done();
  };
  document.addEventListener("pointermove", over);
  document.addEventListener("pointerup", stop);
  document.addEventListener("pointercancel", stop);
};
