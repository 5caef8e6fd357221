// Gaps, overlaps and rows that never count, each with values that show it and what can be done.
import { h, icon, t } from "./dom.js";
import { sampleText } from "./grid_ghosts.js";
import { list, map } from "./grid_model.js";
import { state } from "./grid_state.js";
import { tryWith } from "./grid_try.js";
import * as verbs from "./grid_verbs.js";
import { store } from "./store.js";

const MOST = 50;
const ICONS = { gap: "alert", overlap: "copy", conflict: "copy", duplicate: "copy", masked: "eye", unreachable: "eye" };

/** The list below the table; it is not there while nothing is wrong. */
export const problemsList = () => {
  const rows = h("ul", { class: "ol-bare" });
  const section = h("section", { class: "card ol-problems", "aria-labelledby": "h-problems", hidden: true },
    h("div", { class: "card-header" }, h("h2", { id: "h-problems" }, t("grid.problems"))), rows);
  const draw = () => {
    const found = list(state.looked.problems);
    section.hidden = !found.length;
    const within = section.contains(document.activeElement);
    rows.replaceChildren(...found.slice(0, MOST).map(item));
    if (found.length > MOST) rows.append(h("li", { class: "muted" }, t("grid.more", { count: found.length - MOST })));
    if (within) (rows.querySelector("button") ?? document.querySelector(".ol-grid [tabindex='0']"))?.focus();
  };
  state.addEventListener("looked", draw);
  return section;
};

const item = (problem) => {
  const { code, rows } = problem;
  const numbers = rows.slice(0, 20).map((at) => at + 1);
  const title = code === "gap" ? t("grid.gap") : t(numbers.length > 1 ? "grid.rows_named" : "grid.row_named", { row: numbers[0], rows: numbers.join(", ") });
  const text = t(`grid.problem.${code}`, { sample: sampleText(problem.sample), first: numbers[0], others: numbers.slice(1).join(", "), second: numbers[1] });
  const buttons = [];
  if (rows.length) buttons.push(h("button", { type: "button", class: "btn btn-sm", onclick: () => state.go(rows.at(-1), 0) }, t("grid.show")));
  if (store.mayWrite && code === "gap") buttons.push(h("button", { type: "button", class: "btn btn-sm", "data-add": "", onclick: () => verbs.fill(problem) }, icon("plus", true), t("grid.fill")));
  if (Object.keys(map(problem.given)).length) {
    buttons.push(h("button", { type: "button", class: "btn btn-sm", onclick: () => tryWith(problem.given) }, icon("play", true), t("grid.try")));
    if (store.mayWrite) buttons.push(h("button", { type: "button", class: "btn btn-sm", "data-test-of": "", onclick: () => keep(problem.given) }, t("grid.as_test")));
  }
  return h("li", { "data-code": code }, h("span", { class: code === "gap" ? "t-warn" : "t-vio" }, icon(ICONS[code] ?? "alert", true)), h("span", { class: "fw nowrap" }, title), h("span", { class: "grow" }, text), h("span", { class: "row-x wrap" }, ...buttons));
};

const keep = async (given) => {
  const answer = await tryWith(given);
  verbs.addTest(verbs.testOf(given, answer));
};
