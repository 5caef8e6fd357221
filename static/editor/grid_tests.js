// The tests of a decision: what is given, what is expected, what came; rows that no test reaches.
import { choose, h, icon, t } from "./dom.js";
import { parse, stringify } from "./exact.js";
import { said } from "./grid_given.js";
import { isTable, list, map, rowId, rowsOf } from "./grid_model.js";
import { state } from "./grid_state.js";
import { tryWith } from "./grid_try.js";
import * as verbs from "./grid_verbs.js";
import { data, post } from "./page.js";
import { store } from "./store.js";

const MOST_BARS = 60;
const MOST_SHOWN = 200;
const parts = {};
let open = -1;

/** The panel. */
export const testsPanel = () => {
  parts.count = h("span", { class: "ol-st" });
  parts.cover = h("div", { class: "ol-cover" });
  parts.rows = h("ul", { class: "ol-tests ol-bare" });
  const suggest = h("button", { type: "button", class: "btn btn-sm", onclick: () => suggested(suggest) }, icon("bolt", true), t("grid.suggest"));
  state.addEventListener("looked", draw);
  store.addEventListener("changed", draw);
  draw();
  return h("section", { class: "card", "aria-labelledby": "h-tests" },
    h("div", { class: "card-header" }, h("h2", { id: "h-tests" }, t("grid.tests")), parts.count, h("div", { class: "end" }, store.mayWrite && isTable(store.value) ? suggest : null)),
    h("div", { class: "card-body stack ol-gap-m" }, parts.cover, parts.rows));
};

/** Opens the test that a finding is about. */
export const showTest = (at) => {
  open = at;
  draw();
  parts.rows.querySelector(`[data-test="${at}"] textarea`)?.focus();
};

const draw = () => {
  if (!parts.rows) return;
  const tests = list(store.value.tests);
  const results = list(state.looked.tests);
  const passed = results.slice(0, tests.length).filter((one) => one.passed).length;
  parts.count.textContent = tests.length ? t("grid.passed", { passed, count: tests.length }) : "";
  parts.count.className = `ol-st ${passed < results.length ? "bad" : "ok"}`;
  parts.count.hidden = !tests.length || !results.length;
  cover(results);
  const within = parts.rows.contains(document.activeElement) ? document.activeElement : null;
  // What is being written stays as it is; what is said around it does not.
  const writing = within?.matches("textarea, input:not([type=checkbox])") ? within.closest("li[data-test]") : null;
  if (writing && tests[open]) {
    const form = writing.querySelector(".in");
    for (const each of [...writing.children]) if (each !== form) each.remove();
    form?.before(...item(tests[open], open, results[open], false).childNodes);
    return;
  }
  const focused = within?.dataset.focus;
  const items = tests.slice(0, MOST_SHOWN).map((test, at) => item(test, at, results[at]));
  if (tests.length > MOST_SHOWN) items.push(h("li", { class: "muted" }, t("grid.more", { count: tests.length - MOST_SHOWN })));
  parts.rows.replaceChildren(...(items.length ? items : [h("li", { class: "muted" }, t("grid.no_tests"))]));
  if (focused) parts.rows.querySelector(`[data-focus="${CSS.escape(focused)}"]`)?.focus();
};

/** Which rows are reached, as a bar and in words. */
const cover = (results) => {
  const rows = rowsOf(store.value);
  parts.cover.hidden = !rows.length || !results.length;
  if (parts.cover.hidden) return;
  const reached = new Set(results.flatMap((one) => list(one.rows)));
  const missing = rows.map((row, at) => (reached.has(rowId(row, at)) ? 0 : at + 1)).filter(Boolean);
  const bars = rows.length <= MOST_BARS ? rows.map((row, at) => h("i", { class: reached.has(rowId(row, at)) ? "y" : "" }, String(at + 1))) : [];
  const named = missing.slice(0, 30).join(", ") + (missing.length > 30 ? " …" : "");
  parts.cover.replaceChildren(
    h("p", { class: "row-x small" }, h("span", {}, t("grid.reached")), h("span", { class: "end num fw" }, t("grid.of", { some: rows.length - missing.length, all: rows.length }))),
    h("div", { class: "cov", "aria-hidden": "true" }, ...bars),
    missing.length ? h("p", { class: "small muted" }, t("grid.unreached", { rows: named })) : h("p", { class: "small muted" }, t("grid.all_reached")));
};

const item = (test, at, result, whole = true) => {
  const body = map(test);
  const passed = result?.passed;
  const expected = body.error === true ? t("grid.expect_error") : said(body.expect);
  const name = choose(body.title) || said(map(body.given));
  const mark = result === undefined ? "clock" : passed ? "check" : "x";
  const word = result === undefined ? "grid.not_run" : passed ? "grid.passes" : "grid.fails";
  return h("li", { "data-test": at },
    h("div", { class: "row-x" },
      h("span", { class: result === undefined ? "muted" : passed ? "t-ok" : "t-bad" }, icon(mark, true), h("span", { class: "vh" }, t(word))),
      h("button", { type: "button", class: "ol-link grow", "aria-expanded": String(open === at), "data-focus": `open-${at}`, onclick: () => toggle(at) }, h("span", { class: "cut" }, name), h("span", { class: "small muted cut" }, `→ ${expected}`)),
      h("button", { type: "button", class: "btn btn-icon btn-sm", "data-focus": `try-${at}`, "aria-label": t("grid.try_test", { number: at + 1 }), title: t("grid.try_test", { number: at + 1 }), onclick: () => tryWith(map(body.given)) }, icon("play", true)),
      store.mayWrite ? h("button", { type: "button", class: "btn btn-icon btn-sm", "data-focus": `drop-${at}`, "aria-label": t("grid.remove_test", { number: at + 1 }), title: t("grid.remove_test", { number: at + 1 }), onclick: () => drop(at) }, icon("trash", true)) : null),
    result && !passed ? h("p", { class: "small t-bad" }, difference(result)) : null,
    whole && open === at ? editor(body, at) : null);
};

const difference = (result) => (result.failed || t("grid.came", { result: said(result.result) }));

const toggle = (at) => {
  open = open === at ? -1 : at;
  draw();
};

const drop = (at) => {
  open = -1;
  verbs.dropTest(at);
};

const editor = (body, at) => {
  const text = (id, key, label, value) => {
    const error = h("p", { class: "ol-err", id: `${id}-e`, hidden: true }, t("grid.not_json"));
    const heard = (event) => {
      let made;
      try {
        made = parse(event.target.value);
      } catch {
        made = undefined;
      }
      error.hidden = made !== undefined;
      event.target.classList.toggle("is-invalid", made === undefined);
      if (made !== undefined) store.set(["tests", at, key], made, { merge: `test-${at}-${key}` });
    };
    return h("div", {}, h("label", { class: "form-label", for: id }, label), h("textarea", { class: "form-control mono", id, rows: 3, "aria-describedby": `${id}-e`, disabled: !store.mayWrite, oninput: heard, ".value": value === undefined ? "" : stringify(value) }), error);
  };
  const title = h("input", { class: "form-control", id: `test-title-${at}`, disabled: !store.mayWrite, ".value": choose(body.title), onchange: (event) => retitle(at, event.target.value.trim()) });
  const fails = h("input", { type: "checkbox", class: "form-check-input", disabled: !store.mayWrite, ".checked": body.error === true, "data-focus": `error-${at}`, onchange: (event) => expectError(at, event.target.checked) });
  return h("div", { class: "stack ol-gap-m in" },
    h("div", {}, h("label", { class: "form-label", for: `test-title-${at}` }, t("grid.test_title")), title),
    text(`test-given-${at}`, "given", t("grid.given"), body.given ?? {}),
    body.error === true ? null : text(`test-expect-${at}`, "expect", t("grid.expect"), body.expect ?? null),
    h("label", { class: "form-check" }, fails, h("span", {}, t("grid.expect_error"))));
};

const retitle = (at, text) => {
  const before = map(list(store.value.tests)[at]).title;
  const title = before && typeof before === "object" && text ? { ...before, [document.documentElement.lang]: text } : text || undefined;
  store.set(["tests", at, "title"], title);
};

const expectError = (at, fails) => store.change((whole) => {
  const test = whole.tests[at];
  if (fails) {
    delete test.expect;
    test.error = true;
  } else {
    delete test.error;
    test.expect = list(state.looked.tests)[at]?.result ?? null;
  }
});

const suggested = async (button) => {
  button.disabled = true;
  const { status, body } = await post(`${data.base}/design/cases`, { value: stringify(store.value) });
  button.disabled = false;
  verbs.addTests(status === 200 ? list(body.tests) : []);
};
