// What a person does to the table: each verb is one step that can be undone, and says what it did.
import { say, t } from "./dom.js";
import { addColumn, freeName, moveColumn, removeColumn } from "./grid_columns.js";
import { insertKey, isMap, list, name, put, rowsOf, shown } from "./grid_model.js";
import { MOST_CELLS, MOST_SIGNS, asFeel, knownNames, readCells, writeCells } from "./grid_paste.js";
import { MOST_ROWS, addFilling, duplicateRows, emptyRow, insertRows, moveRows, removeRows, rowsIn } from "./grid_rows.js";
import { state } from "./grid_state.js";
import { store } from "./store.js";

const language = () => document.documentElement.lang;
const change = (make) => (store.mayWrite ? store.change(make) : false);
const chosenRows = () => ({ at: Math.max(0, state.chosen.top), count: state.chosen.bottom - Math.max(0, state.chosen.top) + 1 });

/** A row before the active one, or with `below` behind it. */
export const addRow = ({ below = true } = {}) => {
  const at = state.count === 0 || state.row < 0 ? 0 : below ? state.chosen.bottom + 1 : state.chosen.top;
  if (state.count >= MOST_ROWS || !change((whole) => insertRows(whole, at))) return;
  state.go(at, Math.min(state.column, state.columns.length - 1));
  say(t("grid.said.added", { row: at + 1 }));
};

export const dropRows = () => {
  const { at, count } = chosenRows();
  if (state.row < 0 || !state.count || !change((whole) => removeRows(whole, at, count))) return;
  state.go(Math.min(at, state.count - 1), state.column);
  say(t("grid.said.removed", { count }));
};

/** Moves the chosen rows by so many places. */
export const shiftRows = (by) => {
  const { at, count } = chosenRows();
  moveTo(at, count, at + by);
};

export const moveTo = (at, count, to) => {
  if (state.row < 0 || !change((whole) => moveRows(whole, at, count, to))) return;
  const { left, right } = state.chosen;
  state.choose({ top: to, bottom: to + count - 1, left, right });
  say(t("grid.said.moved", { row: to + 1 }));
};

export const twinRows = () => {
  const { at, count } = chosenRows();
  if (state.row < 0 || !state.count || !change((whole) => duplicateRows(whole, at, count))) return;
  const { left, right } = state.chosen;
  state.choose({ top: at + count, bottom: at + 2 * count - 1, left, right });
  say(t("grid.said.copied_row", { count }));
};

/** Adds the row that fills a gap, and goes to what it is to give. */
export const fill = (gap) => {
  let at = -1;
  if (!gap || !change((whole) => (at = addFilling(whole, gap)))) return;
  state.go(at, Math.max(0, state.columns.findIndex((one) => one.kind === "output")));
  say(t("grid.said.filled", { row: at + 1 }));
};

export const newColumn = (key) => {
  let at = -1;
  const body = { name: freeName(store.value, key === "inputs" ? t("grid.new_input") : t("grid.new_output")), type: "string" };
  if (!change((whole) => (at = addColumn(whole, key, body)))) return undefined;
  const place = state.columns.findIndex((one) => one.key === key && one.at === at);
  state.go(-1, place);
  say(t("grid.said.column_added", { name: body.name }));
  return place;
};

export const dropColumn = (column) => {
  if (!column?.key || !change((whole) => removeColumn(whole, column.key, column.at))) return;
  state.go(state.row, state.column);
  say(t("grid.said.column_removed", { name: column.name }));
};

/** Moves a column among those of its kind. */
export const shiftColumn = (column, by) => {
  let done = false;
  if (!column?.key) return;
  change((whole) => (done = moveColumn(whole, column.key, column.at, column.at + by)));
  if (!done) return;
  state.go(state.row, state.columns.findIndex((one) => one.key === column.key && one.at === column.at + by));
  say(t("grid.said.column_moved", { name: column.name }));
};

export const setHit = (hit) => change((whole) => insertKey(whole, "hit", hit, "table"));

/** The chosen cells as a spreadsheet reads them. */
export const copied = () => {
  const { top, bottom, left, right } = state.chosen;
  const rows = rowsOf(store.value).slice(Math.max(0, top), bottom + 1);
  return writeCells(rows.map((row) => state.columns.slice(left, right + 1).map((column) => shown(row, column))));
};

export const clear = () => {
  const { top, bottom, left, right } = state.chosen;
  if (state.row < 0) return;
  change((whole) => {
    for (let at = top; at <= bottom; at += 1) {
      const row = rowsIn(whole)[at];
      if (isMap(row)) for (const column of state.columns.slice(left, right + 1)) put(row, column, "", language());
    }
  });
  say(t("grid.said.cleared"));
};

/** Every chosen cell becomes as the first of its column; with one row chosen, as the row above. */
export const fillDown = () => {
  const { top, bottom, left, right } = state.chosen;
  const from = top === bottom ? top - 1 : top;
  if (from < 0) return;
  change((whole) => {
    const rows = rowsIn(whole);
    for (let at = from + 1; at <= bottom; at += 1) {
      if (!isMap(rows[at])) continue;
      for (const column of state.columns.slice(left, right + 1)) {
        if (column.kind !== "id") put(rows[at], column, shown(rows[from], column), language());
      }
    }
  });
  say(t("grid.said.filled_down"));
};

/** Puts cells of a spreadsheet from the active cell on; rows are added where there are too few. */
export const paste = (text) => {
  if (state.row < 0 && state.count) return;
  const cells = text.length > MOST_SIGNS ? [] : readCells(text);
  const size = cells.reduce((sum, line) => sum + line.length, 0);
  if (!size || size > MOST_CELLS) {
    say(t("grid.said.too_much"));
    return;
  }
  const { top, bottom, left, right } = state.chosen;
  const start = Math.max(0, top);
  // One cell fills all that are chosen.
  const lines = size === 1 ? Array.from({ length: bottom - start + 1 }, () => Array(right - left + 1).fill(cells[0][0])) : cells;
  const told = { numbers: 0, texts: 0 };
  const lost = Math.max(0, ...lines.map((line) => left + line.length - state.columns.length));
  const places = state.columns.slice(left);
  const names = knownNames(store.value);
  const took = Math.min(lines.length, MOST_ROWS - start);
  change((whole) => {
    const rows = rowsIn(whole);
    for (let n = 0; n < took; n += 1) {
      if (start + n >= rows.length) rows.push(emptyRow(whole, rows.at(-1)));
      const row = rows[start + n];
      if (!isMap(row)) continue;
      lines[n].slice(0, places.length).forEach((cell, c) => put(row, places[c], asFeel(cell, places[c], { language: language(), names, told }), language()));
    }
  });
  state.choose({ top: start, bottom: start + took - 1, left, right: Math.min(state.columns.length - 1, left + Math.max(...lines.map((line) => line.length)) - 1) });
  const parts = [t("grid.said.pasted", { rows: took })];
  if (told.numbers) parts.push(t("grid.said.numbers", { count: told.numbers }));
  if (told.texts) parts.push(t("grid.said.texts", { count: told.texts }));
  if (lost) parts.push(t("grid.said.lost", { count: lost }));
  say(parts.join(" "));
  state.note = parts.join(" ");
  state.tell("noted");
};

/** Keeps what was tried as a test; gives its place. */
export const addTest = (test) => {
  if (!change((whole) => {
    if (!Array.isArray(whole.tests)) insertKey(whole, "tests", [], "table");
    whole.tests.push(test);
  })) return -1;
  say(t("grid.said.test_added"));
  return list(store.value.tests).length - 1;
};

export const dropTest = (at) => {
  change((whole) => {
    whole.tests.splice(at, 1);
    if (!whole.tests.length) delete whole.tests;
  });
  say(t("grid.said.test_removed"));
};

/** A test of what an answer gives now. */
export const testOf = (given, answer) => {
  if (!answer || answer.why?.failure) return { given, error: true };
  const outputs = list(store.value.outputs);
  const bare = outputs.length === 1 && !Array.isArray(answer.result) && !("value" in store.value);
  return { given, expect: bare ? { [name(outputs[0])]: answer.result } : answer.result };
};


/** Keeps tests that the table suggests. */
export const addTests = (tests) => {
  if (!tests.length) {
    say(t("grid.said.no_suggestions"));
    return;
  }
  change((whole) => {
    if (!Array.isArray(whole.tests)) insertKey(whole, "tests", [], "table");
    whole.tests.push(...tests);
  });
  say(t("grid.said.suggested", { count: tests.length }));
};
