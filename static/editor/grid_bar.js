// Above the grid: the hit policy with what it means, and every verb of rows and columns as a button.
import { h, icon, t } from "./dom.js";
import { openColumn } from "./grid_head.js";
import { columnLabel, map, rowsOf, shown } from "./grid_model.js";
import { state } from "./grid_state.js";
import * as verbs from "./grid_verbs.js";
import { store } from "./store.js";

const HITS = ["UNIQUE", "ANY", "PRIORITY", "FIRST", "RULE ORDER", "OUTPUT ORDER", "COLLECT", "COLLECT SUM", "COLLECT MIN", "COLLECT MAX", "COLLECT COUNT"];
const keyOf = (hit) => hit.toLowerCase().replaceAll(" ", "_");

export const bar = () => {
  const meaning = h("p", { class: "small muted", id: "grid-hit-text" });
  const select = h("select", { class: "form-select", id: "grid-hit", "aria-describedby": "grid-hit-text", disabled: !store.mayWrite, onchange: () => verbs.setHit(select.value) },
    ...HITS.map((hit) => h("option", { value: hit }, t(`grid.hit.${keyOf(hit)}`))));
  const show = () => {
    const hit = String(map(store.value).hit ?? "UNIQUE");
    select.value = HITS.includes(hit) ? hit : "";
    meaning.textContent = HITS.includes(hit) ? t(`grid.hit_text.${keyOf(hit)}`) : "";
  };
  store.addEventListener("changed", show);
  show();
  const more = h("button", { type: "button", class: "btn btn-sm", "aria-pressed": "false", onclick: () => {
    state.more = !state.more;
    more.setAttribute("aria-pressed", String(state.more));
    state.tell("shown");
  } }, icon("clock", true), t("grid.days"));
  const verb = (name, icon_, act, label) => h("button", { type: "button", class: label ? "btn btn-sm" : "btn btn-sm btn-icon", "data-verb": name, "aria-label": label ? undefined : t(`grid.verb.${name}`), title: t(`grid.verb.${name}`), onclick: act }, icon(icon_, true), label ?? null);
  const column = (key) => () => {
    const at = verbs.newColumn(key);
    if (at !== undefined) openColumn(state.columns[at]);
  };
  const verbsOf = store.mayWrite ? [
    verb("below", "plus", () => verbs.addRow(), t("grid.row")),
    verb("above", "up", () => verbs.addRow({ below: false }), t("grid.row_above")),
    verb("twin", "copy", () => verbs.twinRows()),
    verb("up", "up", () => verbs.shiftRows(-1)),
    verb("down", "down", () => verbs.shiftRows(1)),
    verb("remove", "trash", () => verbs.dropRows()),
    h("span", { class: "sep" }),
    verb("input", "plus", column("inputs"), t("grid.input")),
    verb("output", "plus", column("outputs"), t("grid.output")),
  ] : [];
  return h("div", { class: "ol-grid-bar" },
    h("div", { class: "row-x wrap", role: "toolbar", "aria-label": t("grid.bar") },
      h("label", { class: "small muted", for: "grid-hit" }, t("grid.hit_policy")), select, ...verbsOf, more),
    meaning);
};

/** The line below the grid: the active cell, its whole text, what is wrong with it. */
export const cellLine = () => {
  const line = h("p", { class: "small", id: "grid-line" });
  const show = () => {
    const column = state.columns[state.column];
    if (!column || !state.count) return line.replaceChildren();
    const row = rowsOf(store.value)[state.row];
    const name = column.key ? columnLabel(store.value, column) : t(`grid.column.${column.kind}`);
    const told = state.row < 0 ? state.marks.get(`head:${state.column}`) ?? [] : [...(state.marks.get(`${state.row}:${state.column}`) ?? []), ...(state.marks.get(String(state.row)) ?? [])];
    const where = state.row < 0 ? name : t("grid.cell_named", { row: state.row + 1, column: name });
    const text = state.row < 0 ? "" : shown(row, column);
    return line.replaceChildren(h("span", { class: "fw" }, where), " ", text ? h("code", {}, text) : "",
      ...told.map((one) => h("span", { class: one.severity === "error" ? "t-bad" : "t-warn" }, ` ${one.message} ${one.hint ?? ""}`)));
  };
  for (const name of ["moved", "judged", "looked"]) state.addEventListener(name, show);
  store.addEventListener("changed", show);
  return line;
};

/** What can be done by keys. */
export const keyHints = () => {
  const key = (keys, text) => h("span", {}, ...keys.flatMap((each) => [h("kbd", { class: "ol-kbd" }, each), " "]), text);
  return h("p", { class: "small muted row-x wrap ol-hints" },
    key(["Enter"], t("grid.keys.edit")), key(["Ctrl", "Enter"], t("grid.keys.row")), key(["Ctrl", "↑ ↓"], t("grid.keys.move")),
    key(["Alt", "Shift", "↓"], t("grid.keys.twin")), key(["Ctrl", "Del"], t("grid.keys.remove")), key(["Ctrl", "D"], t("grid.keys.down")), h("span", {}, t("grid.keys.paste")));
};
