// Who would approve a sample: an order, the beginning of a scenario, or data.
import { h, icon, sayAnswer, t } from "./dom.js";
import { stringify } from "./exact.js";
import { data, get, post } from "./page.js";
import { view } from "./approval_view.js";
import { store } from "./store.js";

const AGAIN_AFTER = 700;

/** What a card says: of a step that is asked line by line, whoever it asks for any of them. */
const byStep = (steps) => {
  const found = new Map();
  for (const each of steps) {
    const known = found.get(each.step);
    const who = [...new Set([...(known ? [known.who] : []), each.who])].join("; ");
    found.set(each.step, { ...each, who, problem: known?.problem || each.problem, rows: [...(known?.rows ?? []), ...each.rows] });
  }
  return found;
};

/** The form and its answer; the answer follows the draft while it is shown. */
export class Trial {
  constructor(form, answer) {
    Object.assign(this, { form, answer, asked: 0, waiting: 0, sample: undefined });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.ask(this.fields(), true);
    });
    form.addEventListener("change", () => this.look());
    form.querySelector("[data-clear]").addEventListener("click", () => this.clear());
    store.addEventListener("changed", () => this.later());
    this.fill();
    this.look();
  }

  /** Only the fields of the sort of sample that is chosen. */
  look() {
    for (const part of this.form.querySelectorAll("[data-sort]")) part.hidden = part.dataset.sort !== this.form.sort.value;
  }

  async fill() {
    const found = await get(`${data.base}/design/samples`).catch(() => undefined);
    const asked = found?.asked === false && found.processes.length > 0 ? t("approvals_design.as_if") : "";
    this.form.querySelector("[data-as-if]").textContent = asked;
    this.form.scenario.replaceChildren(...(found?.scenarios ?? []).map((each) => h("option", { value: each.id }, each.title)));
    this.form.process.replaceChildren(...(found?.processes ?? []).map((each) => h("option", { value: each.id }, each.title)));
  }

  fields() {
    const { sort, order, scenario, json, process, by } = this.form;
    if (sort.value === "order") return { order: order.value };
    if (sort.value === "scenario") return { scenario: scenario.value };
    return { data: json.value.trim() || "{}", process: process.value, by: by.value };
  }

  clear() {
    this.sample = undefined;
    this.asked += 1;
    this.answer.replaceChildren();
    view.light(undefined);
  }

  later() {
    clearTimeout(this.waiting);
    if (this.sample) this.waiting = setTimeout(() => this.ask(this.sample), AGAIN_AFTER);
  }

  async ask(sample, aloud = false) {
    clearTimeout(this.waiting);
    const mine = ++this.asked;
    this.sample = sample;
    this.answer.setAttribute("aria-busy", "true");
    const { status, body } = await post(`${data.base}/design/resolve`, { value: stringify(store.value), ...sample }).catch(() => ({ status: 0, body: {} }));
    if (mine !== this.asked) return;
    this.answer.removeAttribute("aria-busy");
    if (status === 200) this.told(body, aloud);
    else this.refused(body, aloud);
  }

  told(found, aloud) {
    const skipped = found.skipped.map((each) => [each.step, { ...each, skipped: true }]);
    view.light(new Map([...skipped, ...byStep(found.steps)]));
    const who = t("approvals_design.for_requester", { order: found.order || t("approvals_design.a_sample"), requester: found.requester });
    const warnings = found.warnings.length ? h("ul", { class: "ol-ap-warn" }, ...found.warnings.map((each) => h("li", {}, icon("alert", true), h("span", {}, each)))) : null;
    const steps = found.steps.filter((each) => each.problem !== "unknown");
    this.answer.replaceChildren(
      h("p", { class: "ol-ap-sentence" }, found.sentence),
      h("p", { class: "small muted" }, who),
      ...(warnings ? [warnings] : []),
      ...(steps.length ? [h("ol", { class: "ol-steps" }, ...steps.map((each) => this.step(each)))] : []),
    );
    if (aloud) sayAnswer([found.sentence, ...found.warnings].join(" "));
  }

  step(each) {
    const line = each.key === null ? "" : ` · ${t("approvals_design.line", { line: each.key })}`;
    const others = each.people.filter((person) => person.barred);
    return h(
      "li",
      {},
      h("span", { class: `ol-dotn ${each.problem ? "warn" : "info"}` }, String(each.level)),
      h(
        "div",
        {},
        h("span", { class: "fw" }, each.who),
        h("span", { class: "muted" }, ` ${each.called}${line}`),
        each.due ? h("div", { class: "small" }, each.due) : null,
        h("div", { class: "small muted ol-long" }, t("approvals_design.because", { reason: each.because })),
        ...others.map((person) => h("div", { class: "small t-warn" }, `${person.name}: ${person.barred}`)),
        each.escalation ? h("div", { class: "small muted" }, each.escalation) : null,
      ),
      h("span", {}),
    );
  }

  refused(body, aloud) {
    view.light(undefined);
    const said = body.refused ?? body.detail ?? t("approvals_design.no_answer");
    const details = (body.details ?? []).map((each) => h("li", {}, each));
    this.answer.replaceChildren(h("div", { class: "ol-note bad" }, icon("alert"), h("div", {}, h("p", {}, said), ...(details.length ? [h("ul", {}, ...details)] : []))));
    if (aloud) sayAnswer(said);
  }
}
