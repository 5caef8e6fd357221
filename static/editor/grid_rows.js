// What is done with whole rows. Each function changes a copy that the store has made.
import { copy } from "./exact.js";
import { insertKey, isMap, list, map, rowsOf } from "./grid_model.js";

export const MOST_ROWS = 20_000;

/** The rows of a definition that may be changed; a list is put there where there is none. */
export const rowsIn = (whole) => {
  if (!Array.isArray(whole.rules)) insertKey(whole, "rules", [], "table");
  return whole.rules;
};

/** A row with nothing in it, written as its neighbour is. */
export const emptyRow = (whole, neighbour) => {
  const row = {};
  const like = map(neighbour);
  if (Array.isArray(like.when)) row.when = list(whole.inputs).map(() => "-");
  row.then = Array.isArray(like.then) ? list(whole.outputs).map(() => null) : {};
  return row;
};

/** Puts `count` empty rows before the place `at`. */
export const insertRows = (whole, at, count = 1) => {
  const rows = rowsIn(whole);
  const neighbour = rows[Math.max(0, at - 1)] ?? rows[at];
  rows.splice(at, 0, ...Array.from({ length: count }, () => emptyRow(whole, neighbour)));
};

export const removeRows = (whole, at, count) => {
  rowsIn(whole).splice(at, count);
};

/** Moves rows so that the first of them stands at `to` afterwards. False where they cannot. */
export const moveRows = (whole, at, count, to) => {
  const rows = rowsIn(whole);
  if (to < 0 || to + count > rows.length || to === at) return false;
  rows.splice(to, 0, ...rows.splice(at, count));
  return true;
};

/** Puts copies behind the rows; an id is there once, so copies get one of their own. */
export const duplicateRows = (whole, at, count) => {
  const rows = rowsIn(whole);
  const taken = new Set(rows.map((row) => map(row).id));
  const made = rows.slice(at, at + count).map((row) => {
    const twin = copy(row);
    if (isMap(twin) && "id" in twin) {
      const stem = String(twin.id).replace(/-\d+$/, "");
      let n = 2;
      while (taken.has(`${stem}-${n}`)) n += 1;
      twin.id = `${stem}-${n}`;
      taken.add(twin.id);
    }
    return twin;
  });
  rows.splice(at + count, 0, ...made);
};

/** A row that fills a gap, behind all others: its cells by the names of the columns. */
export const addFilling = (whole, { when, days }) => {
  const rows = rowsIn(whole);
  const like = map(rowsOf(whole).at(-1));
  const row = emptyRow(whole, like);
  if (Array.isArray(row.when)) row.when = list(whole.inputs).map((one) => when[map(one).name] ?? "-");
  else if (Object.keys(when).length) insertKey(row, "when", { ...when });
  rows.push(Object.assign(row, days));
  return rows.length - 1;
};
