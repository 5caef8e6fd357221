// The decision that names the steps: its levels as lanes, its rows as a table.
import { choose, h, icon, t } from "./dom.js";
import { isMap } from "./approval_model.js";
import * as words from "./approval_words.js";
import { view } from "./approval_view.js";
import { data, get } from "./page.js";
import { store } from "./store.js";

const TEXT = /^"(?:[^"\\]|\\.)*"$/;
const MODES = ["any", "weight", "percent", "quorum", "all"];

/** What a cell says, where it says it plainly: a text without its quotes, a number. */
const plain = (cell) => {
  const text = words.shown(cell).trim();
  if (!TEXT.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

const named = (list) => (Array.isArray(list) ? list : []).map((each) => (isMap(each) ? each : { name: words.shown(each) }));
const at = (cells, names, name) => (Array.isArray(cells) ? cells[names.indexOf(name)] : isMap(cells) ? cells[name] : undefined);

/** A decision as rows of cells: `{inputs, outputs, rows: [{id, cells, note}]}`. */
export const tableOf = (decision) => {
  const inputs = named(decision?.inputs);
  const outputs = named(decision?.outputs);
  const whens = inputs.map((each) => each.name);
  const thens = outputs.map((each) => each.name);
  const rules = Array.isArray(decision?.rules) ? decision.rules : [];
  const rows = rules.map((rule, n) => ({
    id: words.shown(rule?.id) || String(n + 1),
    path: `rules.${n}`,
    when: whens.map((name) => words.shown(at(rule?.when, whens, name) ?? "-")),
    then: thens.map((name) => words.shown(at(rule?.then, thens, name) ?? "")),
    said: Object.fromEntries(thens.map((name) => [name, plain(at(rule?.then, thens, name) ?? "")])),
    note: words.shown(rule?.note),
  }));
  return { inputs, outputs, rows };
};

/** The steps that rows name, by level: `[{level, steps: [{id, title, who, mode, due, rows}]}]`. */
export const levelsOf = (decision) => {
  const steps = new Map();
  for (const row of tableOf(decision).rows) {
    const { step, role, level } = row.said;
    const id = step || role || row.id;
    const known = steps.get(id) ?? { id, title: label(decision, id), level: Number(level) || 1, who: new Set(), modes: [], due: "", rows: [] };
    known.level = Math.min(known.level, Number(level) || 1);
    known.who.add(whoOf(row.said));
    known.modes.push(modeOf(row.said));
    known.due ||= row.said.due ?? "";
    known.rows.push(row.id);
    steps.set(id, known);
  }
  const levels = new Map();
  for (const step of steps.values()) levels.set(step.level, [...(levels.get(step.level) ?? []), step]);
  return [...levels.entries()].sort(([one], [other]) => one - other).map(([level, inside]) => ({ level, steps: inside }));
};

const label = (decision, id) => (isMap(decision?.labels) ? words.shown(choose(decision.labels[`step=${id}`])) : "") || id;
const whoOf = (said) => {
  if (said.role) return words.role(said.role);
  if (said.users) return t("approvals_design.who.users", { users: said.users });
  if (said.manager_of) {
    const level = Number(said.up) || 1;
    return t(level > 1 ? "approvals_design.who.manager_up" : "approvals_design.who.manager", { of: said.manager_of, level });
  }
  return t("approvals_design.who.nobody");
};
const modeOf = (said) => (said.quorum ? { quorum: said.quorum } : said.mode || "any");
const strictness = (mode) => MODES.indexOf(typeof mode === "string" ? mode : "quorum");

/** The card over the matrix of an approval; asked for when another one is named. */
export class Matrix {
  constructor(lanes, place) {
    Object.assign(this, { lanes, place, name: undefined, found: undefined, chosen: undefined });
  }

  async show() {
    const name = typeof store.value.matrix === "string" ? store.value.matrix : "";
    if (name !== this.name) {
      this.name = name;
      this.found = name ? await get(`${data.base}/design/matrix?decision=${encodeURIComponent(name)}`).catch(() => undefined) : undefined;
      if (name !== this.name) return;
    }
    if (name) this.draw();
  }

  draw() {
    const focused = this.lanes.contains(document.activeElement) ? document.activeElement.dataset.path : undefined;
    if (!this.found) {
      this.lanes.replaceChildren(h("li", { class: "muted" }, t("approvals_design.matrix_missing", { decision: this.name })));
      this.place.replaceChildren();
      return;
    }
    const end = (which, picture) => h("li", { class: `ol-ap-end ${which === "end" ? "done" : ""}` }, icon(picture, true), h("span", {}, t(`approvals_design.${which}`)));
    const gap = () => h("li", { class: "ol-ap-gap", "aria-hidden": "true" }, icon("right", true));
    const levels = levelsOf(this.found.value).flatMap((level) => [gap(), this.level(level)]);
    this.lanes.replaceChildren(end("start", "send"), ...levels, gap(), end("end", "check"));
    if (focused) this.lanes.querySelector(`[data-path="${CSS.escape(focused)}"]`)?.focus();
    this.place.replaceChildren(this.table());
  }

  level({ level, steps }) {
    const cards = steps.map((step) => this.card(step));
    const head = h("span", { class: "ol-ap-h" }, t(steps.length > 1 ? "approvals_design.level_beside" : "approvals_design.level", { level, count: steps.length }));
    return h("li", { class: `ol-ap-lane${steps.length > 1 ? " beside" : ""}` }, head, h("ul", {}, ...cards.map((card) => h("li", {}, card))));
  }

  card(step) {
    const lit = view.lit?.get(step.id);
    const mode = words.mode({ mode: step.modes.reduce((one, other) => (strictness(other) > strictness(one) ? other : one), "any") });
    const chosen = this.chosen === step.id;
    const choose_ = () => {
      this.chosen = chosen ? undefined : step.id;
      this.draw();
    };
    const answer = view.lit ? h("span", { class: "ol-ap-lit" }, lit ? icon(lit.problem ? "alert" : "check", true) : null, h("span", {}, lit ? lit.who || t("approvals_design.not_yet") : t("approvals_design.not_asked"))) : null;
    return h(
      "button",
      { type: "button", class: `ol-ap-card${lit ? " lit" : view.lit ? " off" : ""}${lit?.problem ? " bad" : ""}`, "data-path": step.id, "aria-pressed": String(chosen), onclick: choose_ },
      h("span", { class: "ol-ap-t" }, step.title),
      h("span", { class: "ol-ap-who" }, icon("user", true), h("span", {}, [...step.who].join(t("approvals_design.or")))),
      h("span", { class: "ol-ap-mode" }, h("span", { class: "ol-ap-sign", "aria-hidden": "true" }, mode.sign), h("span", {}, mode.text)),
      step.due ? h("span", { class: "ol-ap-more" }, icon("clock", true), h("span", {}, t("approvals_design.say.due", { span: words.span(step.due) }))) : null,
      h("span", { class: "ol-ap-more" }, icon("table", true), h("span", {}, t("approvals_design.rows", { rows: step.rows.join(", ") }))),
      answer,
    );
  }

  table() {
    const { inputs, outputs, rows } = tableOf(this.found.value);
    const lit = new Set([...(view.lit?.values() ?? [])].flatMap((each) => each.rows ?? []));
    const chosen = new Set(levelsOf(this.found.value).flatMap((level) => level.steps).find((each) => each.id === this.chosen)?.rows ?? []);
    const column = (kind) => (each) => h("th", { scope: "col", class: kind }, words.shown(each.name), h("small", {}, words.shown(each.type)));
    const head = h("tr", {}, h("th", { scope: "col", class: "rn" }, "#"), ...inputs.map(column("in")), ...outputs.map(column("out")));
    const body = rows.map((row) => {
      const wrong = this.found.findings.filter((each) => each.path === row.path || each.path.startsWith(`${row.path}.`));
      const said = wrong.map((each) => h("p", { class: `ol-err ${each.severity}` }, each.message));
      const mark = lit.has(row.id) ? h("span", { class: "vh" }, t("approvals_design.row_matched")) : null;
      return h("tr", { class: `${lit.has(row.id) ? "hit" : ""}${chosen.has(row.id) ? " sel" : ""}`, "data-row": row.id }, h("th", { scope: "row", class: "rn" }, row.id, mark, ...said), ...[...row.when, ...row.then].map((cell) => h("td", {}, cell)));
    });
    return h("div", { class: "ol-x", tabindex: "0", role: "region", "aria-label": t("approvals_design.matrix") }, h("table", { class: "ol-dt ol-ap-matrix" }, h("caption", { class: "vh" }, t("approvals_design.matrix")), h("thead", {}, head), h("tbody", {}, ...body)));
  }
}
