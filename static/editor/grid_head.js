// The dialog of one column: name, label, type, allowed values; moving and removing it.
import { h, icon, t } from "./dom.js";
import { feelField } from "./feel.js";
import { renameColumn, setLabel, setOfColumn } from "./grid_columns.js";
import { TYPES, feelText, map, typeWord } from "./grid_model.js";
import { state } from "./grid_state.js";
import * as verbs from "./grid_verbs.js";
import { store } from "./store.js";

const LANGUAGES = ["en", "pl", "sk"];
const NAME = /^[A-Za-z_À-ÖØ-öø-ſ][A-Za-z0-9_À-ÖØ-öø-ſ]*$/;
let dialog;

/** Opens the column. Every field is in the draft at once; Undo takes it back. */
export const openColumn = (column, { removing = false } = {}) => {
  if (!column?.key || !store.mayWrite) return;
  dialog?.remove();
  dialog = h("dialog", { class: "ol-dlg ol-column", "aria-labelledby": "column-h", onclose: () => state.tell("shown") });
  fillDialog(column, removing);
  document.querySelector(".ol-design").append(dialog);
  dialog.showModal();
  dialog.querySelector(removing ? "[data-remove]" : "input")?.focus();
};

const fillDialog = (column, removing) => {
  const { key, at, kind, body } = column;
  const path = [key, at];
  const set = (property) => (value) => store.change((whole) => setOfColumn(whole, key, at, property, value), { merge: `column-${key}-${at}-${property}` });
  const error = h("p", { class: "ol-err", id: "column-name-e", role: "alert", hidden: true });
  const name = h("input", { class: "form-control mono", id: "column-name", ".value": column.name, "aria-describedby": "column-name-e", onchange: (event) => rename(column, event.target, error) });
  const parts = [
    row("column-name", t("grid.name"), name, error),
    ...labels(column),
    row("column-type", t("grid.type"), typeField(body, set("type"))),
  ];
  if (kind === "input") {
    parts.push(expression(t("grid.value"), body.value ?? column.name, [...path, "value"], set("value"), { hint: t("grid.value_hint") }));
    parts.push(h("label", { class: "form-check" }, h("input", { type: "checkbox", class: "form-check-input", ".checked": body.nullable === true, onchange: (event) => set("nullable")(event.target.checked || undefined) }), h("span", {}, t("grid.nullable"))));
  }
  parts.push(expression(t("grid.allowed"), body.allowed, [...path, "allowed"], set("allowed"), { hint: t(`grid.allowed_${kind}`), unary: true }));
  if (kind === "output") parts.push(expression(t("grid.default"), body.default, [...path, "default"], set("default"), { hint: t("grid.default_hint") }));
  const again = () => state.columns.find((one) => one.key === key && one.name === dialog.dataset.name);
  const shift = (by) => {
    verbs.shiftColumn(again(), by);
    fillDialog(again() ?? column, false);
    dialog.querySelector(`[data-shift="${by}"]`)?.focus();
  };
  dialog.dataset.name = column.name;
  dialog.replaceChildren(
    h("div", { class: "b stack ol-gap-m" }, h("h2", { id: "column-h" }, t(kind === "input" ? "grid.input_named" : "grid.output_named", { name: column.name })), ...parts),
    h("div", { class: "f" },
      h("button", { type: "button", class: "btn btn-primary", onclick: () => dialog.close() }, t("grid.done")),
      h("button", { type: "button", class: "btn btn-icon", "data-shift": -1, "aria-label": t("grid.column_left"), onclick: () => shift(-1) }, icon("left")),
      h("button", { type: "button", class: "btn btn-icon", "data-shift": 1, "aria-label": t("grid.column_right"), onclick: () => shift(1) }, icon("right")),
      h("button", { type: "button", class: removing ? "btn btn-danger" : "btn", "data-remove": "", onclick: () => remove(again() ?? column) }, icon("trash"), t("grid.column_remove"))),
  );
};

const remove = (column) => {
  dialog.close();
  verbs.dropColumn(column);
};

const rename = (column, input, error) => {
  const next = input.value.trim();
  const taken = state.columns.some((one) => one.key === column.key && one.at !== column.at && one.name === next);
  const wrong = !NAME.test(next) ? t("grid.name_form") : taken ? t("grid.name_taken", { name: next }) : "";
  error.textContent = wrong;
  error.hidden = !wrong;
  input.classList.toggle("is-invalid", Boolean(wrong));
  if (wrong) return;
  store.change((whole) => renameColumn(whole, column.key, column.at, next));
  Object.assign(column, { name: next });
  dialog.dataset.name = next;
};

const labels = (column) => {
  const label = map(store.value.labels)[column.name];
  const languages = label && typeof label === "object" ? [...new Set([...Object.keys(label), ...LANGUAGES])] : LANGUAGES;
  return languages.map((language) => {
    const id = `column-label-${language}`;
    const value = typeof label === "string" ? (language === document.documentElement.lang ? label : "") : map(label)[language] ?? "";
    const heard = (event) => store.change((whole) => {
      const before = map(whole.labels)[column.name];
      const texts = typeof before === "string" ? { [document.documentElement.lang]: before } : { ...map(before) };
      if (event.target.value.trim()) texts[language] = event.target.value.trim();
      else delete texts[language];
      setLabel(whole, column.name, Object.keys(texts).length ? texts : undefined);
    });
    return row(id, t("grid.label", { language: language.toUpperCase() }), h("input", { class: "form-control", id, ".value": String(value), onchange: heard }));
  });
};

const typeField = (body, set) => {
  const plain = body.type === undefined || typeof body.type === "string";
  const known = TYPES.includes(body.type) || body.type === undefined;
  const options = [["", t("grid.type_open")], ...TYPES.map((each) => [each, typeWord(each)])];
  if (!known) options.push([feelText(body.type), feelText(body.type)]);
  const select = h("select", { class: "form-select", id: "column-type", disabled: !plain, onchange: (event) => set(event.target.value || undefined) },
    ...options.map(([value, text]) => h("option", { value }, text)));
  select.value = body.type === undefined ? "" : feelText(body.type);
  return select;
};

const expression = (label, value, path, onchange, { hint, unary = false }) =>
  h("div", {}, h("p", { class: "form-label" }, label), feelField({ value: feelText(value), onchange: (text) => onchange(String(text).trim() || undefined), label, path, unary }), h("p", { class: "small muted" }, hint));

const row = (id, label, field, ...rest) => h("div", {}, h("label", { class: "form-label", for: id }, label), field, ...rest);
