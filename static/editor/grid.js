// The designer of a decision: the table as a grid, trying it, its tests; else fields of the schema.
import { h, t } from "./dom.js";
import { stringify } from "./exact.js";
import { bar, cellLine, keyHints } from "./grid_bar.js";
import { end, isOpen } from "./grid_editing.js";
import { listen as listenKeys } from "./grid_keys.js";
import { isTable } from "./grid_model.js";
import { listen as listenPointer } from "./grid_pointer.js";
import { problemsList } from "./grid_problems.js";
import { state } from "./grid_state.js";
import { showTest, testsPanel } from "./grid_tests.js";
import { tryPanel } from "./grid_try.js";
import { ROW, build, cellElement, draw, drawGaps, drawRows, follow, mark } from "./grid_view.js";
import { panel } from "./panel.js";
import { data, post } from "./page.js";
import { store } from "./store.js";

const OWN = ["kind", "id", "inputs", "outputs", "hit", "rules", "tests", "value"];
let lookedAt = "";

/** Asks the server for gaps, overlaps, tests and fields of the value as it is. */
const look = async () => {
  const value = stringify(store.value);
  if (value === lookedAt) return;
  lookedAt = value;
  const { status, body } = await post(`${data.base}/design/table`, { value });
  if (value !== lookedAt || status !== 200) return;
  // While a cell is half written there is nothing to run; the form of before stays.
  state.looked = body.runs ? body : { ...body, fields: state.looked.fields };
  state.tell("looked");
};

const gridOf = () => {
  const view = build();
  const section = h("section", { class: "card ol-grid-card", "aria-label": t("grid.rules") }, bar(), view.scroll, cellLine(), keyHints());
  const inside = () => view.table.contains(document.activeElement);
  const focus = () => cellElement(view, state.row, state.column)?.focus({ preventScroll: true });
  const again = () => {
    const held = inside();
    state.refresh();
    state.judge();
    draw(view);
    if (held) focus();
  };
  const seen = () => {
    if (state.row < 0) return;
    const top = state.row * ROW;
    const height = view.scroll.clientHeight - view.head.offsetHeight;
    if (top < view.scroll.scrollTop) view.scroll.scrollTop = top;
    else if (top + ROW > view.scroll.scrollTop + height) view.scroll.scrollTop = top + ROW - height;
  };
  listenKeys(view);
  listenPointer(view);
  store.addEventListener("changed", () => {
    // The cell that is being written stays open; all else of the change is what was typed there.
    if (isOpen(document.activeElement)) state.refresh();
    else again();
  });
  store.addEventListener("checked", () => judged(view));
  store.addEventListener("saved", () => judged(view));
  // Of what is there the look changes marks alone.
  state.addEventListener("looked", () => (mark(view), drawGaps(view)));
  for (const name of ["ended", "shown"]) {
    state.addEventListener(name, () => {
      if (!isOpen(document.activeElement)) again();
    });
  }
  state.addEventListener("answered", () => mark(view));
  state.addEventListener("moved", () => {
    if (state.editing) end(view);
    seen();
    if (!cellElement(view, state.row, state.column)) view.first = -1;
    drawRows(view);
    // Before the cell that had the focus is marked: the browser would have to look at all styles first.
    focus();
    follow(view);
    cellElement(view, state.row, state.column)?.scrollIntoView({ block: "nearest", inline: "nearest" });
  });
  view.scroll.addEventListener("scroll", () => {
    if (state.editing) return;
    const held = inside();
    drawRows(view);
    if (held && !inside()) focus();
  }, { passive: true });
  // A screen reader may put the focus on any cell.
  view.table.addEventListener("focusin", ({ target }) => {
    const [row, column] = [Number(target.dataset.r), Number(target.dataset.c)];
    if (target.dataset.c !== undefined && (row !== state.row || column !== state.column)) state.go(row, column);
  });
  view.table.addEventListener("focusout", (event) => {
    if (state.editing && event.relatedTarget && isOpen(event.target) && !view.table.contains(event.relatedTarget)) end(view);
  });
  requestAnimationFrame(again);
  return [section, problemsList()];
};

const judged = (view) => {
  state.judge();
  mark(view);
  state.tell("judged");
};

/** Goes to the place of a finding. */
const show = ({ detail: finding }) => {
  const parts = String(finding?.path ?? "").split(".");
  if (parts[0] === "tests" && parts.length > 1) return showTest(Number(parts[1]));
  const column = state.columns.findIndex((one) => one.key === parts[0] && String(one.at) === parts[1]);
  if (column >= 0) return state.go(-1, column);
  if (parts[0] !== "rules") return document.querySelector("ol-panel")?.show?.(parts);
  if (parts.length === 1) return document.querySelector(".ol-problems button, .ol-grid [tabindex='0']")?.focus();
  for (const [key] of state.marks) {
    const [row, place] = key.split(":");
    if (row === parts[1] && place !== undefined && state.marks.get(key).some((one) => one.path === finding.path)) {
      return state.go(Number(row), Number(place));
    }
  }
  return state.go(Number(parts[1]), 0);
};

const begin = () => {
  const place = document.getElementById("design-decision");
  if (!place) return;
  const table = isTable(store.value);
  const main = h("div", { class: "ol-grid-main stack" });
  const rest = panel([], { skip: table ? OWN : ["kind", "id", "tests"] });
  if (table) main.append(...gridOf(), h("details", { class: "card ol-rest" }, h("summary", { class: "card-header" }, t("grid.rest")), h("div", { class: "card-body" }, rest)));
  else main.append(h("section", { class: "card" }, h("div", { class: "card-body" }, rest)));
  place.replaceChildren(main, h("div", { class: "ol-grid-side stack" }, tryPanel(), testsPanel()));
  document.addEventListener("design:show", show);
  store.addEventListener("checked", () => look().catch(() => {}));
  state.judge();
  look().catch(() => {});
};
begin();
