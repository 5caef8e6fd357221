// Facts by kind as tables that can be typed into: a row for each fact.
import { h, icon, say, t } from "./dom.js";
import { number, parse, stringify } from "./exact.js";

const MOST = 50;
const YES_NO = ["true", "false"];

/** What somebody typed into a cell, by the field's type; undefined where there is nothing. */
const valueOf = (type, text) => {
  if (text === "") return undefined;
  if (type === "number") return number(text) ?? text;
  if (type === "boolean") return text === "true";
  return text;
};
const textOf = (value) => (value === undefined || value === null ? "" : typeof value === "string" ? value : stringify(value));

/** `fill(kinds, text)` shows facts, unless they are those that stand there; `onchange(text)` tells
 *  what they were changed to. */
export const factTables = ({ onchange }) => {
  const element = h("div", { class: "ol-kd-controls" });
  let facts = {};
  let shown = "";

  const told = () => {
    shown = stringify(facts);
    onchange(shown);
  };
  const cell = (kind, row, n, [name, type]) => {
    const label = t("kinds.cell", { field: name, kind, row: n + 1 });
    const put = (text) => {
      const value = valueOf(type, text);
      if (value === undefined) delete row[name];
      else row[name] = value;
      told();
    };
    const now = textOf(row[name]);
    const control =
      type === "boolean"
        ? h("select", { class: "form-select", "aria-label": label, onchange: () => put(control.value) }, h("option", { value: "" }, "–"), ...YES_NO.map((each) => h("option", { value: each, selected: now === each }, t(`panel.${each === "true" ? "yes" : "no"}`))))
        : h("input", { class: "form-control", "aria-label": label, autocomplete: "off", ".value": now, oninput: () => put(control.value) });
    return h("td", {}, control);
  };
  const remove = (kind, rows, n) =>
    h("button", { type: "button", class: "btn btn-icon btn-sm btn-quiet", "aria-label": t("kinds.remove_fact", { kind, row: n + 1 }), title: t("kinds.remove_fact", { kind, row: n + 1 }), onclick: () => { rows.splice(n, 1); draw(); told(); say(t("kinds.removed_fact", { kind })); focusLast(kind); } }, icon("x", true));
  const focusLast = (kind) => element.querySelector(`[data-add="${CSS.escape(kind)}"]`)?.focus();
  const add = (kind, rows) => h("button", { type: "button", class: "btn btn-sm", "data-add": kind, onclick: () => { rows.push({}); draw(); told(); element.querySelector(`[data-kind="${CSS.escape(kind)}"] tr:last-child td > *`)?.focus(); } }, icon("plus", true), t("kinds.add_fact", { kind }));

  let kinds = [];
  const table = (each) => {
    const rows = facts[each.name];
    const names = Object.entries(each.fields);
    const row = (fact, n) => h("tr", {}, h("th", { scope: "row", class: "num" }, String(n + 1)), ...names.map((field) => cell(each.name, fact, n, field)), h("td", {}, remove(each.name, rows, n)));
    const head = h("tr", {}, h("th", { scope: "col", class: "num" }, "#"), ...names.map(([name]) => h("th", { scope: "col" }, name)), h("td", {}));
    const body = rows.length ? h("div", { class: "ol-kd-x", tabindex: "0", role: "region", "aria-label": each.name }, h("table", { class: "ol-tbl ol-kd-table", "data-kind": each.name }, h("caption", { class: "mono" }, each.name), h("thead", {}, head), h("tbody", {}, ...rows.slice(0, MOST).map(row)))) : h("p", { class: "mono fw" }, each.name);
    return h("div", { class: "ol-kd-facts" }, body, add(each.name, rows));
  };
  const draw = () => element.replaceChildren(...kinds.filter((each) => each.given).map(table));

  return {
    element,
    fill(found, text) {
      const same = stringify(found) === stringify(kinds);
      if (same && (text === shown || element.contains(document.activeElement))) return;
      const read = parse(text);
      kinds = found;
      shown = text;
      facts = { ...read };
      for (const each of kinds.filter((one) => one.given)) {
        const some = Array.isArray(read[each.name]) ? read[each.name] : [];
        facts[each.name] = some.filter((one) => one && typeof one === "object");
      }
      draw();
    },
  };
};
