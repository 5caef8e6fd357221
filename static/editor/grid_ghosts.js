// Gaps as rows that are not there: what would fill them, with values that no row matches.
import { h, icon, t } from "./dom.js";
import { columnLabel } from "./grid_model.js";
import { state } from "./grid_state.js";
import { store } from "./store.js";

const MOST = 20;

export const gapsFound = () => state.looked.problems.filter((one) => one.code === "gap");

/** Values as people read them: `total = 5, country = "PL"`. */
export const sampleText = (sample) =>
  Object.entries(sample).map(([name, value]) => `${named(name)} = ${value}`).join(", ") || t("grid.any");

/** What people call an input; `today` has no column. */
export const named = (name) => {
  const column = state.columns.find((one) => one.kind === "input" && one.name === name);
  return column ? columnLabel(store.value, column) : name;
};

/** The rows below the table, one for each gap. */
export const ghosts = () =>
  gapsFound().slice(0, MOST).map((gap, number) => {
    const outputs = state.columns.filter((one) => one.kind !== "input");
    const cells = state.columns.filter((one) => one.kind === "input").map((one) => h("td", {}, h("span", {}, gap.when[one.name] ?? "-")));
    const rest = h("td", { class: "why", colspan: Math.max(1, outputs.length) },
      !store.mayWrite ? null : h("button", { type: "button", class: "btn btn-sm", "data-fill": number, "aria-label": t("grid.fill_named", { number: number + 1 }) }, icon("plus", true), t("grid.fill")),
      h("span", {}, `${t("grid.gap_row")} ${t("grid.example", { sample: sampleText(gap.sample) })}`));
    return h("tr", { class: "ghost", "data-gap": number }, h("th", { scope: "row", class: "rn" }, icon("alert", true), h("span", { class: "vh" }, t("grid.gap"))), ...cells, rest);
  });
