// The table as it is seen: the head, the rows in the window, the marks on them.
import { h, icon, t } from "./dom.js";
import { columnLabel, rowsOf, shown, typeWord } from "./grid_model.js";
import { ghosts } from "./grid_ghosts.js";
import { state } from "./grid_state.js";
import { store } from "./store.js";

export const ROW = 36;
// Rows beyond the window that are there already when somebody scrolls.
const BEYOND = 12;
const KINDS = { input: "in", output: "out" };

/** The grid's elements: what scrolls, the table, its parts. */
export const build = () => {
  const head = h("thead");
  const body = h("tbody");
  const gaps = h("tbody", { class: "gaps" });
  const columns = h("colgroup");
  const table = h("table", { class: "ol-dt edit", role: "grid", "aria-multiselectable": "true", "aria-label": t("grid.rules") }, columns, head, body, gaps);
  const scroll = h("div", { class: "ol-grid" }, table);
  return { scroll, table, head, body, gaps, columns, first: -1, last: -1, rows: new Map(), lit: new Set() };
};

/** Draws all anew, as far as it is in the window. */
export const draw = (view) => {
  widths(view);
  view.table.setAttribute("aria-rowcount", String(state.count + 1));
  view.table.setAttribute("aria-colcount", String(state.columns.length + 1));
  view.head.replaceChildren(headRow());
  view.first = -1;
  view.rows.clear();
  drawRows(view);
  mark(view);
  drawGaps(view);
};

/** Draws what would fill the gaps. */
export const drawGaps = (view) => view.gaps.replaceChildren(...ghosts());

/** Draws the rows that the window shows, and the active one. Those that were there stay as they are. */
export const drawRows = (view) => {
  const height = view.scroll.clientHeight || 600;
  const top = view.scroll.scrollTop;
  const first = Math.max(0, Math.floor(top / ROW) - BEYOND);
  const last = Math.min(state.count, Math.ceil((top + height) / ROW) + BEYOND);
  if (first === view.first && last === view.last) return;
  Object.assign(view, { first, last });
  const places = [];
  if (state.row >= 0 && state.row < first) places.push(state.row);
  for (let at = first; at < last; at += 1) places.push(at);
  if (state.row >= last && state.row < state.count) places.push(state.row);
  const wanted = [];
  let next = 0;
  for (const at of places) {
    if (at > next) wanted.push(spacer(at - next));
    wanted.push(rowElement(view, at));
    next = at + 1;
  }
  if (next < state.count) wanted.push(spacer(state.count - next));
  if (!state.count) wanted.push(h("tr", {}, h("td", { colspan: state.columns.length + 1, class: "why muted" }, t("grid.no_rows"))));
  for (const at of [...view.rows.keys()]) if (!places.includes(at)) view.rows.delete(at);
  place(view.body, wanted);
};

/** Rows that were there stay: most do while somebody goes down the table. */
const rowElement = (view, at) => {
  if (!view.rows.has(at)) {
    const tr = bodyRow(at);
    view.rows.set(at, tr);
    markRow(tr, at, knowledge());
    if (inRow(at)) view.lit.add(at);
  }
  return view.rows.get(at);
};

/** Makes `wanted` the children, and moves none that stays. */
const place = (body, wanted) => {
  const kept = new Set(wanted);
  for (const child of [...body.children]) if (!kept.has(child)) child.remove();
  wanted.forEach((element, n) => {
    if (body.children[n] !== element) body.insertBefore(element, body.children[n] ?? null);
  });
};

/** The element of a cell, where the window shows it; row -1 is the head. */
export const cellElement = (view, row, column) =>
  view.table.querySelector(`[data-r="${row}"][data-c="${column}"]`);

/** Marks what is chosen, wrong, matched, failing. The cells stay. */
export const mark = (view) => markRows(view, () => true);

/** The same where only the active cell is another one. */
export const follow = (view) => markRows(view, (at) => view.lit.has(at) || inRow(at));

const markRows = (view, wanted) => {
  const known = knowledge();
  for (const [at, tr] of view.rows) if (wanted(at)) markRow(tr, at, known);
  for (const th of view.head.querySelectorAll("th[data-c]")) markHead(th, Number(th.dataset.c));
  view.lit = new Set([...view.rows.keys()].filter(inRow));
};

const spacer = (count) => {
  const cell = h("td", { colspan: state.columns.length + 1 });
  cell.style.height = `${count * ROW}px`;
  return h("tr", { class: "gap", "aria-hidden": "true" }, cell);
};

const under = (column) => [typeof column.body.type === "string" ? typeWord(column.body.type) : "", column.body.allowed].filter((each) => each && typeof each === "string").join(", ");

const headRow = () => {
  const cells = state.columns.map((column, at) => {
    const own = Boolean(column.key);
    const label = own ? columnLabel(store.value, column) || t("grid.unnamed") : t(`grid.column.${column.kind}`);
    const limits = under(column);
    return h("th", {
      scope: "col", class: `${KINDS[column.kind] ?? ""}`, "data-r": -1, "data-c": at, tabindex: -1, title: [column.body.value, limits].filter((each) => typeof each === "string" && each).join(" · ") || undefined,
      "aria-colindex": at + 2, "aria-description": own ? t("grid.head_keys") : undefined,
    }, h("span", { class: "cut" }, label), limits ? h("small", {}, limits) : null);
  });
  return h("tr", { "aria-rowindex": 1 }, h("th", { class: "rn", scope: "col" }, h("span", { "aria-hidden": "true" }, "#"), h("span", { class: "vh" }, t("grid.number"))), ...cells);
};

const bodyRow = (at) => {
  const row = rowsOf(store.value)[at];
  const cells = state.columns.map((column, c) =>
    h("td", { "data-r": at, "data-c": c, tabindex: -1, class: column.key ? undefined : "why", "aria-colindex": c + 2 },
      h("span", { class: "cut" }, text(row, column))));
  const number = h("th", { scope: "row", class: "rn", "data-grip": at, title: t("grid.drag") }, icon("grip", true), h("span", {}, String(at + 1)));
  return h("tr", { "data-row": at, "aria-rowindex": at + 2 }, number, ...cells);
};

const text = (row, column) => shown(row, column) || (column.kind === "input" ? "-" : "");

let known;
let knownOf = [];
/** Of rows, by the last answer and look; found once for each. */
const knowledge = () => {
  const of = [store.value, state.answer, state.looked];
  if (of.some((each, n) => each !== knownOf[n])) {
    known = found();
    knownOf = of;
  }
  return known;
};

const found = () => {
  const places = state.places();
  const answer = state.answer;
  const rows = (ids) => new Set(list(ids).map((id) => places.get(id)));
  const missed = new Map(list(answer?.why?.missed).map((one) => [places.get(one.row), one]));
  const clash = new Map();
  for (const one of state.looked.problems) for (const row of one.rows) clash.set(row, one.code);
  return { answer, hit: rows(answer?.why?.failure ? [] : answer?.rows), matched: rows(answer?.why?.matched), beaten: rows(answer?.why?.beaten), missed, clash };
};

const list = (value) => (Array.isArray(value) ? value : []);

const markRow = (tr, at, known) => {
  const missed = known.missed.get(at);
  const code = known.clash.get(at);
  tr.classList.toggle("hit", known.hit.has(at));
  tr.classList.toggle("many", known.matched.has(at) && !known.hit.has(at));
  tr.classList.toggle("later", known.beaten.has(at));
  tr.classList.toggle("masked", code === "masked" || code === "unreachable");
  put(tr, "aria-selected", String(inRow(at)));
  const grip = tr.firstElementChild;
  const told = state.marks.get(String(at)) ?? [];
  grip.classList.toggle("bad", told.some((one) => one.severity === "error"));
  grip.classList.toggle("warn", told.length > 0 && told.every((one) => one.severity !== "error"));
  for (const td of tr.children) if (td !== grip) markCell(td, at, { missed, code });
};

const markCell = (td, at, { missed, code }) => {
  const c = Number(td.dataset.c);
  const column = state.columns[c];
  if (!column) return;
  const told = state.marks.get(`${at}:${c}`) ?? [];
  const wrong = told.some((one) => one.severity === "error");
  const fails = missed !== undefined && column.kind === "input" && missed.column === column.name;
  const chosen = within(at, c);
  td.classList.toggle("bad", wrong);
  td.classList.toggle("warn", told.length > 0 && !wrong);
  td.classList.toggle("no", fails);
  td.classList.toggle("clash", Boolean(code) && column.kind === "input");
  td.classList.toggle("sel", chosen && !(at === state.row && c === state.column));
  td.classList.toggle("at", at === state.row && c === state.column);
  if (wrong) td.setAttribute("aria-invalid", "true");
  else td.removeAttribute("aria-invalid");
  put(td, "aria-selected", String(chosen));
  put(td, "title", told.map((one) => one.message).join("\n"));
  if (!state.editing) put(td, "tabindex", at === state.row && c === state.column ? "0" : "-1");
};

/** An attribute that says so already is not written again: the browser would look at the styles. */
const put = (element, name, value) => {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
};

const markHead = (th, c) => {
  const told = state.marks.get(`head:${c}`) ?? [];
  th.classList.toggle("bad", told.some((one) => one.severity === "error"));
  th.classList.toggle("warn", told.length > 0 && told.every((one) => one.severity !== "error"));
  th.classList.toggle("at", state.row < 0 && c === state.column);
  put(th, "tabindex", state.row < 0 && c === state.column ? "0" : "-1");
};

const inRow = (at) => at >= state.chosen.top && at <= state.chosen.bottom;
const within = (at, c) => inRow(at) && c >= state.chosen.left && c <= state.chosen.right;

/** Columns as wide as what is in them, within bounds; so they stay while rows come and go. */
const widths = (view) => {
  const rows = rowsOf(store.value);
  const made = state.columns.map((column) => {
    const label = column.key ? columnLabel(store.value, column) : t(`grid.column.${column.kind}`);
    let longest = Math.max(label.length + 1, 8, Math.min(18, under(column).length));
    for (const row of rows) longest = Math.max(longest, text(row, column).length);
    return Math.min(column.kind === "note" ? 300 : 260, 26 + longest * 7.6);
  });
  view.columns.replaceChildren(...[62, ...made].map((width) => {
    const column = h("col");
    column.style.width = `${width}px`;
    return column;
  }));
  view.table.style.width = `max(100%, ${[62, ...made].reduce((sum, each) => sum + each, 0)}px)`;
};
