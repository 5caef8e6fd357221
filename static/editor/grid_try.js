// Trying the draft: a form of what the decision reads, its answer, and why each row is as it is.
import { h, icon, sayAnswer, t } from "./dom.js";
import { parse, same, stringify } from "./exact.js";
import { keyOf, literal, read, said, write } from "./grid_given.js";
import { named } from "./grid_ghosts.js";
import { columnLabel, list, map, typeWord } from "./grid_model.js";
import { state } from "./grid_state.js";
import { addTest, fill, testOf } from "./grid_verbs.js";
import { data, get, post } from "./page.js";
import { store } from "./store.js";

const PAUSE = 300;
const MOST_SHOWN = 40;
let texts = new Map();
// What a test gives beside the fields, such as rows of a collection.
let beside = {};
// What is tried before the server has said which fields there are.
let pending = null;
let shownFields = [];
let active = false;
let asked = 0;
let timer = 0;
// Whether the answer is that of what stands in the fields, and what was asked for it.
let settled = true;
let tried = {};
const parts = {};

/** The panel. */
export const tryPanel = () => {
  parts.form = h("form", { class: "ol-try", onsubmit: (event) => (event.preventDefault(), run()) });
  parts.problem = h("p", { class: "small t-warn", hidden: true });
  parts.answer = h("div", { class: "stack ol-gap-m", id: "grid-answer" });
  parts.from = h("select", { class: "form-select", id: "grid-from", "aria-label": t("grid.from"), onfocus: offer, onchange: (event) => choose(event.target) }, h("option", { value: "" }, t("grid.from")));
  state.addEventListener("looked", look);
  state.addEventListener("looked", () => askSamples().catch(() => {}), { once: true });
  state.addEventListener("cleared", () => leave());
  store.addEventListener("changed", () => active && later());
  return h("section", { class: "card", "aria-labelledby": "h-try" },
    h("div", { class: "card-header" }, h("h2", { id: "h-try" }, t("grid.try")), h("div", { class: "end" }, parts.from)),
    h("div", { class: "card-body stack ol-gap-m" }, parts.form, parts.problem, parts.answer));
};

/** Fills in data and asks at once; answers with what came of it. */
export const tryWith = async (given) => {
  pending = given;
  shownFields = [];
  look();
  return run(given);
};

const fillIn = (fields) => {
  if (!pending || !fields.length) return;
  texts = write(fields, pending);
  const own = new Set(fields.map((field) => field.path[0]));
  beside = Object.fromEntries(Object.entries(pending).filter(([name]) => !own.has(name)));
  pending = null;
};

const look = () => {
  const fields = list(state.looked.fields);
  fillIn(fields);
  parts.problem.hidden = state.looked.runs !== false;
  parts.problem.textContent = state.looked.problem || t("grid.not_now");
  if (same(fields, shownFields) && parts.form.childElementCount) return;
  shownFields = fields;
  const focused = document.activeElement?.id;
  parts.form.replaceChildren(...(fields.length ? fields.map(fieldOf) : state.looked.runs ? [h("p", { class: "muted" }, t("grid.no_fields"))] : []));
  if (focused?.startsWith("try-")) document.getElementById(focused)?.focus();
};

const fieldOf = (field) => {
  const key = keyOf(field);
  const id = `try-${key}`;
  const heard = (event) => {
    texts.set(key, event.target.value);
    later();
  };
  const value = texts.get(key) ?? "";
  return h("div", { class: "row-x" },
    h("label", { for: id, title: key }, labelOf(key), h("small", { class: "muted" }, typeName(field.type))),
    inputOf(field, { id, value, heard }));
};

/** What people call a field: the label of the column that looks at it, else its path. */
const labelOf = (key) => {
  const column = state.columns.find((one) => one.kind === "input" && String(one.body.value ?? one.name) === key);
  return (column && columnLabel(store.value, column)) || key;
};

const typeName = (type) => (["any", "string"].includes(type) ? "" : ` ${typeWord(type)}`);

const inputOf = (field, { id, value, heard }) => {
  const options = field.type === "boolean" ? [true, false] : list(field.options);
  if (options.length) {
    const select = h("select", { class: "form-select", id, onchange: heard }, h("option", { value: "" }, "–"),
      ...options.map((each) => h("option", { value: typeof each === "string" ? each : stringify(each) }, typeof each === "boolean" ? t(each ? "grid.yes" : "grid.no") : said(each))));
    select.value = value;
    return select;
  }
  if (["list", "context", "any"].includes(field.type) || field.type.startsWith("[") || field.type.startsWith("{")) {
    return h("textarea", { class: "form-control mono", id, rows: 1, oninput: heard, ".value": value });
  }
  const numeric = field.type === "number";
  return h("input", { class: numeric ? "form-control num" : "form-control", id, type: field.type === "date" ? "date" : "text", inputmode: numeric ? "decimal" : undefined, oninput: heard, ".value": value, autocomplete: "off" });
};

const later = () => {
  settled = false;
  clearTimeout(timer);
  timer = setTimeout(() => run(), PAUSE);
};

/** Asks the server; only the newest question counts. `exactly`: this data instead of the form's. */
const run = async (exactly) => {
  clearTimeout(timer);
  settled = false;
  const mine = ++asked;
  const { given, wrong } = exactly ? { given: exactly, wrong: [] } : read(shownFields, texts);
  if (!exactly) Object.assign(given, beside);
  for (const field of shownFields) document.getElementById(`try-${keyOf(field)}`)?.classList.toggle("is-invalid", wrong.includes(keyOf(field)));
  active = true;
  const { status, body } = await post(`${data.base}/design/try`, { value: stringify(store.value), given: stringify(given) });
  if (mine !== asked) return undefined;
  const problem = status === 200 ? body.problem || (body.answer ? "" : t("grid.not_now")) : body.detail ?? String(status);
  state.answer = status === 200 ? body.answer : null;
  settled = true;
  tried = given;
  show(problem);
  state.tell("answered");
  return state.answer;
};

/** The answer to what stands in the fields, which may have changed since the one that is shown. */
const newest = async () => {
  if (!settled) {
    await new Promise((done) => {
      state.addEventListener("answered", done, { once: true });
      run().catch(done);
    });
  }
  return settled ? state.answer : null;
};

const keep = async () => {
  const answer = await newest();
  if (answer) addTest(testOf(tried, answer));
};

const addRow = async () => {
  const answer = await newest();
  if (answer?.why.failure?.kind === "nothing") fill({ when: literals(answer.why.inputs), days: {} });
};

const leave = () => {
  clearTimeout(timer);
  settled = true;
  asked += 1;
  active = false;
  texts = new Map();
  beside = {};
  pending = null;
  shownFields = [];
  state.answer = null;
  parts.answer.replaceChildren();
  look();
  state.tell("answered");
};

const show = (problem) => {
  const answer = state.answer;
  const failed = Boolean(problem) || Boolean(answer?.why?.failure);
  const sentence = problem || answer.why.sentence;
  sayAnswer(sentence);
  const focused = ["[data-keep]", "[data-row-for]"].find((one) => document.activeElement?.matches(one));
  const actions = [];
  if (store.mayWrite && answer) {
    actions.push(h("button", { type: "button", class: "btn btn-sm", "data-keep": "", onclick: keep }, icon("check", true), t("grid.keep_test")));
    if (answer.why.failure?.kind === "nothing") {
      actions.push(h("button", { type: "button", class: "btn btn-sm", "data-row-for": "", onclick: addRow }, icon("plus", true), t("grid.row_for")));
    }
  }
  actions.push(h("button", { type: "button", class: "btn btn-sm btn-quiet", onclick: leave }, t("grid.clear")));
  parts.answer.replaceChildren(
    h("div", { class: `ol-note ${failed ? "bad" : "ok"}` }, icon(failed ? "x" : "check"), h("div", { class: "small" },
      answer && !failed ? h("p", { class: "fw", id: "grid-result" }, said(answer.result)) : null, h("p", {}, sentence))),
    h("div", { class: "ol-acts" }, ...actions),
    ...others(answer),
  );
  if (focused) parts.answer.querySelector(focused)?.focus();
};

const literals = (inputs) => Object.fromEntries(Object.entries(map(inputs)).map(([key, value]) => [key, literal(value)]));

/** Why every other row does not count. */
const others = (answer) => {
  if (!answer) return [];
  const places = state.places();
  const rowName = (id) => t("grid.row_named", { row: (places.get(id) ?? -1) + 1 });
  const lines = [
    ...list(answer.why.beaten).map((id) => [id, t("grid.beaten")]),
    ...list(answer.why.missed).map((one) => [one.row, missedText(one)]),
  ].sort((one, other) => (places.get(one[0]) ?? 0) - (places.get(other[0]) ?? 0));
  const items = lines.slice(0, MOST_SHOWN).map(([id, text]) => h("li", {}, h("span", { class: "fw" }, rowName(id)), ` ${text}`));
  if (lines.length > MOST_SHOWN) items.push(h("li", { class: "muted" }, t("grid.more", { count: lines.length - MOST_SHOWN })));
  return items.length ? [h("details", { class: "ol-others" }, h("summary", {}, t("grid.others", { count: lines.length })), h("ul", { class: "ol-bare small" }, ...items))] : [];
};

const missedText = (one) => {
  const params = { column: named(one.column), cell: one.cell, value: said(one.value) };
  return t(one.error ? "grid.failed_cell" : one.column ? "grid.missed" : "grid.not_valid", params);
};

let samples;
const group = (label, options) => (options.length ? [h("optgroup", { label }, ...options)] : []);
const option = (value, text) => h("option", { value }, text);

/** What there is to try with: tests, scenarios, orders that this person may see. */
const offer = () => {
  const chosen = parts.from.value;
  parts.from.replaceChildren(option("", t("grid.from")),
    ...group(t("grid.tests"), list(store.value.tests).map((test, at) => option(`test:${at}`, testName(test, at)))),
    ...group(t("grid.scenarios"), list(samples?.scenarios).map((each) => option(`data:${stringify(each.given)}`, each.name))),
    ...group(t("grid.orders"), list(samples?.orders).map((each) => option(`order:${each.number}`, [each.number, each.title].filter(Boolean).join(" · ")))));
  parts.from.value = chosen;
};

/** Asked for once the page is there, so that the list is whole when it opens. */
const askSamples = async () => {
  samples = await get(`${data.base}/design/samples`);
  offer();
};

const testName = (test, at) => `${at + 1}: ${said(map(map(test).given))}`.slice(0, 80);

const choose = async (select) => {
  const [kind, rest] = [select.value.split(":", 1)[0], select.value.slice(select.value.indexOf(":") + 1)];
  if (kind === "test") await tryWith(map(map(list(store.value.tests)[Number(rest)]).given));
  else if (kind === "data") await fromData(parse(rest));
  else if (kind === "order") {
    const body = await get(`${data.base}/design/samples?order=${encodeURIComponent(rest)}`);
    if (body) await fromData(map(body.given));
  }
  select.value = "";
};

/** Of an order only what the decision reads is taken over. */
const fromData = (given) => {
  texts = write(list(state.looked.fields), given);
  beside = {};
  shownFields = [];
  look();
  return run();
};
