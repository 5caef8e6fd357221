// All steps as a table: what is written of each stands in a field; further things are in the panel.
import { h, icon, t } from "./dom.js";
import { number } from "./exact.js";
import { isMap, modeOf, stepsOf } from "./approval_model.js";
import * as words from "./approval_words.js";
import { verbs, view } from "./approval_view.js";
import { names } from "./known.js";
import { store } from "./store.js";

const MODES = ["any", "all", "quorum", "percent", "weight"];
const USUAL = { quorum: 2, percent: 50, weight: 2 };
const COLUMNS = ["id", "title", "if", "approvers", "mode", "due"];

/** A table that follows the draft. */
export class StepTable {
  constructor(place) {
    this.place = place;
    this.cells = [];
    this.roles = h("datalist", { id: "approval-roles" });
    place.append(this.roles);
  }

  show() {
    const steps = stepsOf(store.value);
    const mark = steps.map(({ path, value }) => `${path.join(".")}:${isMap(value)}:${typeof value?.approvers}`).join();
    if (mark !== this.mark) this.build(steps);
    this.mark = mark;
    this.roles.replaceChildren(...names("role").map((each) => h("option", { value: each.id }, words.role(each.id))));
    for (const cell of this.cells) cell.show();
    this.judge();
  }

  judge() {
    for (const cell of this.cells) cell.judge();
  }

  build(steps) {
    const focused = this.place.contains(document.activeElement) ? document.activeElement.dataset.cell : undefined;
    this.cells = [];
    const heads = COLUMNS.map((name) => h("th", { scope: "col" }, t(`approvals_design.column.${name}`)));
    const head = h("thead", {}, h("tr", {}, h("th", { scope: "col", class: "rn" }, "#"), ...heads, h("th", { scope: "col" }, t("approvals_design.column.verbs"))));
    const rows = steps.map((step) => this.row(step));
    const table = h("table", { class: "ol-dt ol-ap-table" }, h("caption", { class: "vh" }, t("approvals_design.table")), head, h("tbody", {}, ...rows));
    this.place.replaceChildren(this.roles, h("div", { class: "ol-x", tabindex: "0", role: "region", "aria-label": t("approvals_design.table") }, table));
    if (focused) this.place.querySelector(`[data-cell="${CSS.escape(focused)}"]`)?.focus();
  }

  row({ path, value }) {
    const place = [path[1] + 1, ...(path.length > 2 ? [path[3] + 1] : [])].join(".");
    const cells = isMap(value)
      ? [this.text(path, "id", { mono: true }), this.title(path), this.text(path, "if", { mono: true }), this.who(path, value), this.mode(path), this.text(path, "due", { wide: false })]
      : [h("td", { colspan: COLUMNS.length, class: "why" }, t("approvals_design.unreadable"), " ", h("code", {}, words.shown(value)))];
    return h("tr", { "data-row": path.join(".") }, h("th", { scope: "row", class: "rn" }, place), ...cells, h("td", { class: "ol-ap-verbs" }, ...this.verbs(path)));
  }

  /** A field for the text at a key; emptied, the key goes. */
  text(path, key, { mono = false } = {}) {
    const place = [...path, key];
    const input = this.input(place, t(`approvals_design.column.${key}`), mono, () => store.set(place, input.value.trim() === "" ? undefined : input.value, { merge: place.join(".") }));
    return this.cell(place, input, () => words.shown(store.at(place)));
  }

  title(path) {
    const place = () => {
      const there = store.at([...path, "title"]);
      return isMap(there) ? [...path, "title", document.documentElement.lang] : [...path, "title"];
    };
    const input = this.input([...path, "title"], t("approvals_design.column.title"), false, () => store.set(place(), input.value === "" ? undefined : input.value, { merge: place().join(".") }));
    return this.cell([...path, "title"], input, () => (store.at([...path, "title"]) === undefined ? "" : words.titleOf(store.at(path))));
  }

  /** A role is a field; anything else is said in words and changed in the panel. */
  who(path, value) {
    const place = [...path, "approvers"];
    if (value.approvers !== undefined && typeof value.approvers !== "string") {
      const button = h("button", { type: "button", class: "ol-link", "data-cell": place.join("."), onclick: () => view.choose(path) });
      return this.cell(place, button, () => words.peopleText(store.at(place)), (text) => (button.textContent = text));
    }
    const input = this.input(place, t("approvals_design.column.approvers"), false, () => store.set(place, input.value, { merge: place.join(".") }));
    input.setAttribute("list", this.roles.id);
    return this.cell(place, input, () => words.shown(store.at(place)));
  }

  mode(path) {
    const place = [...path, "mode"];
    const label = t("approvals_design.column.mode");
    const select = h("select", { class: "form-select", "aria-label": label, "data-cell": place.join("."), onchange: () => this.chosen(place, select.value) }, ...MODES.map((each) => h("option", { value: each }, t(`approvals_design.mode_name.${each}`))));
    const count = this.input([...place, "number"], t("approvals_design.number"), true, () => {
      const typed = number(count.value);
      count.setAttribute("aria-invalid", String(typed === undefined));
      if (typed !== undefined) store.set([...place, modeOf(store.at(path)).kind], typed, { merge: place.join(".") });
    });
    count.inputMode = "numeric";
    const both = h("div", { class: "ol-ap-two" }, select, count);
    return this.cell(place, both, () => modeOf(store.at(path)), ({ kind, number: many }) => {
      select.value = kind;
      count.hidden = !(kind in USUAL);
      if (document.activeElement !== count) count.value = words.shown(many);
    });
  }

  chosen(place, kind) {
    if (kind in USUAL) store.set(place, { [kind]: USUAL[kind] });
    else if (kind === "any" && store.at(place) === undefined) return;
    else store.set(place, kind === "any" ? undefined : kind);
  }

  input(place, label, mono, oninput) {
    return h("input", { class: `form-control${mono ? " mono" : ""}`, "aria-label": label, "data-cell": place.join("."), autocomplete: "off", spellcheck: "false", oninput, onfocus: () => view.choose(place.slice(0, place.indexOf("parallel") > 0 ? 4 : 2)) });
  }

  cell(place, control, read, write = (text) => control.value !== text && (control.value = text)) {
    const said = h("div", { class: "ol-ap-said" });
    const cell = h("td", {}, control, said);
    const show = () => write(read());
    const judge = () => {
      const found = store.findingsAt(place);
      cell.classList.toggle("no", found.some((each) => each.severity === "error"));
      said.replaceChildren(...found.map((each) => h("p", { class: `ol-err ${each.severity}` }, each.message)));
    };
    this.cells.push({ show, judge });
    return cell;
  }

  verbs(path) {
    const one = (name, picture) =>
      h("button", { type: "button", class: "ol-pf-b", "data-cell": `${path.join(".")}.${name}`, "aria-label": t(`approvals_design.verb.${name}`), title: t(`approvals_design.verb.${name}`), onclick: () => verbs[name](path) }, icon(picture, true));
    const [, n, , m] = path;
    const inside = m === undefined ? 0 : (store.value.steps[n].parallel?.length ?? 0) - 1;
    return [one("after", "plus"), one(m > 0 ? "up" : "earlier", "up"), one(m < inside ? "down" : "later", "down"), one("duplicate", "copy"), one("remove", "trash")];
  }
}
