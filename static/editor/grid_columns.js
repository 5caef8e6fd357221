// What is done with whole columns. Each function changes a copy that the store has made.
import { insertKey, isMap, list, map, name } from "./grid_model.js";

const CELLS = { inputs: "when", outputs: "then" };
const EMPTY = { inputs: "-", outputs: null };

const columnsIn = (whole, key) => {
  if (!Array.isArray(whole[key])) insertKey(whole, key, [], "table");
  return whole[key];
};

const eachCells = (whole, key, change) => {
  for (const row of list(whole.rules)) if (isMap(row) && row[CELLS[key]] !== undefined) change(row[CELLS[key]], row);
};

/** A name that no column has. */
export const freeName = (whole, stem) => {
  const taken = new Set([...list(whole.inputs), ...list(whole.outputs)].map(name));
  let n = 1;
  while (taken.has(`${stem}_${n}`)) n += 1;
  return `${stem}_${n}`;
};

/** Adds a column at the end of its kind (`inputs`, `outputs`); gives its place. */
export const addColumn = (whole, key, body) => {
  const columns = columnsIn(whole, key);
  columns.push(body);
  eachCells(whole, key, (cells) => {
    if (!Array.isArray(cells)) return;
    while (cells.length < columns.length) cells.push(EMPTY[key]);
  });
  return columns.length - 1;
};

export const removeColumn = (whole, key, at) => {
  const gone = name(whole[key][at]);
  whole[key].splice(at, 1);
  eachCells(whole, key, (cells, row) => {
    if (Array.isArray(cells)) cells.splice(at, 1);
    else if (isMap(cells)) delete cells[gone];
    if (key === "inputs" && isMap(cells) && !Object.keys(cells).length) delete row.when;
  });
  if (!used(whole, gone)) relabel(whole, gone, undefined);
};

/** Moves a column among those of its kind. False where there is no place. */
export const moveColumn = (whole, key, at, to) => {
  const columns = list(whole[key]);
  if (to < 0 || to >= columns.length) return false;
  columns.splice(to, 0, ...columns.splice(at, 1));
  eachCells(whole, key, (cells) => {
    if (!Array.isArray(cells)) return;
    while (cells.length < columns.length) cells.push(EMPTY[key]);
    cells.splice(to, 0, ...cells.splice(at, 1));
  });
  return true;
};

/** Gives a column another name wherever rows, labels and tests say it. What it looks at stays. */
export const renameColumn = (whole, key, at, next) => {
  const column = whole[key][at];
  const before = name(column);
  if (!before || before === next) return;
  if (key === "inputs" && !("value" in column)) insertKey(column, "value", before, "column");
  column.name = next;
  eachCells(whole, key, (cells) => {
    if (isMap(cells)) renamed(cells, before, next);
  });
  if (!used(whole, before)) relabel(whole, before, next);
  if (key !== "outputs") return;
  for (const test of list(whole.tests)) {
    const expected = map(test).expect;
    for (const one of Array.isArray(expected) ? expected : [expected]) if (isMap(one)) renamed(one, before, next);
  }
};

/** Puts a value at a key of a column, or takes the key away. */
export const setOfColumn = (whole, key, at, property, value) => {
  const column = whole[key][at];
  if (value === undefined || value === "") delete column[property];
  else insertKey(column, property, value, "column");
};

/** Puts a label for people. `label`: undefined takes it away. */
export const setLabel = (whole, column, label) => {
  if (label === undefined) {
    if (isMap(whole.labels)) delete whole.labels[column];
    if (isMap(whole.labels) && !Object.keys(whole.labels).length) delete whole.labels;
    return;
  }
  if (!isMap(whole.labels)) insertKey(whole, "labels", {}, "table");
  whole.labels[column] = label;
};

const used = (whole, column) => [...list(whole.inputs), ...list(whole.outputs)].some((one) => name(one) === column);

const renamed = (body, before, next) => {
  if (!(before in body)) return;
  const pairs = Object.entries(body).map(([key, value]) => [key === before ? next : key, value]);
  Object.keys(body).forEach((key) => delete body[key]);
  Object.assign(body, Object.fromEntries(pairs));
};

/** Labels of a column and of its values go with its name, or go. */
const relabel = (whole, before, next) => {
  if (!isMap(whole.labels)) return;
  for (const key of Object.keys(whole.labels)) {
    if (key !== before && !key.startsWith(`${before}=`)) continue;
    if (next === undefined) delete whole.labels[key];
    else renamed(whole.labels, key, next + key.slice(before.length));
  }
  if (!Object.keys(whole.labels).length) delete whole.labels;
};
