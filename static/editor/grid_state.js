// What the grid looks at: the cell that is active, the cells that are chosen, what is known of them.
import { columnsOf, rowId, rowsOf } from "./grid_model.js";
import { store } from "./store.js";

class State extends EventTarget {
  constructor() {
    super();
    Object.assign(this, { row: 0, column: 0, fromRow: 0, fromColumn: 0, more: false, editing: false });
    // Of the value as the server last saw it: what is wrong with the table, and its tests.
    this.looked = { fields: [], problems: [], tests: [], problem: "" };
    this.answer = null;
    this.marks = new Map();
    this.columns = [];
    this.refresh();
  }

  refresh() {
    this.columns = columnsOf(store.value, { more: this.more });
    this.count = rowsOf(store.value).length;
    this.#bound();
  }

  /** The chosen cells: first and last row and column. */
  get chosen() {
    return {
      top: Math.min(this.row, this.fromRow),
      bottom: Math.max(this.row, this.fromRow),
      left: Math.min(this.column, this.fromColumn),
      right: Math.max(this.column, this.fromColumn),
    };
  }

  /** Makes a cell the active one. `extend`: the cells between are chosen as well. Row -1 is the head. */
  go(row, column, { extend = false } = {}) {
    this.row = row;
    this.column = column;
    if (!extend) Object.assign(this, { fromRow: row, fromColumn: column });
    this.#bound();
    this.tell("moved");
  }

  choose({ top, bottom, left, right }) {
    Object.assign(this, { row: top, column: left, fromRow: bottom, fromColumn: right });
    this.#bound();
    this.tell("moved");
  }

  /** Findings of the server by place: `r` of a row, `r:c` of a cell, `c` of a column's head. */
  judge() {
    const marks = new Map();
    const add = (key, finding) => marks.set(key, [...(marks.get(key) ?? []), finding]);
    for (const finding of store.findings) {
      const parts = finding.path.split(".");
      if (parts[0] === "inputs" || parts[0] === "outputs") {
        const at = this.columns.findIndex((one) => one.key === parts[0] && String(one.at) === parts[1]);
        if (at >= 0) add(`head:${at}`, finding);
      } else if (parts[0] === "rules" && parts.length > 1) {
        const column = this.#columnOf(parts);
        add(column < 0 ? parts[1] : `${parts[1]}:${column}`, finding);
      }
    }
    this.marks = marks;
  }

  /** The places of rows by what answers call them. */
  places() {
    return new Map(rowsOf(store.value).map((row, at) => [rowId(row, at), at]));
  }

  tell(event) {
    this.dispatchEvent(new Event(event));
  }

  #columnOf([, , part, place]) {
    if (part === undefined) return -1;
    const kind = { when: "input", then: "output" }[part] ?? part;
    const within = this.columns.findIndex((one) =>
      one.kind === kind && (place === undefined ? !one.key : one.name === place));
    if (within >= 0) return within;
    return this.columns.findIndex((one) => one.kind === kind && String(one.at) === place);
  }

  #bound() {
    const within = (place, count, least) => Math.max(least, Math.min(place, count - 1));
    const least = this.row < 0 ? -1 : 0;
    this.row = within(this.row, this.count, this.count ? least : -1);
    this.fromRow = within(this.fromRow, this.count, this.row < 0 ? -1 : 0);
    this.column = within(this.column, this.columns.length, 0);
    this.fromColumn = within(this.fromColumn, this.columns.length, 0);
  }
}

/** Events: moved, looked, answered, shown. */
export const state = new State();
