// The stages as a table: all that the canvas shows and does, by keyboard and screen reader.
import { Keyed } from "./canvas_keyed.js";
import { press } from "./canvas_keys.js";
import { aboutOf, lookOf, sentenceOf, titleOf } from "./canvas_words.js";
import { h, icon, say, t } from "./dom.js";
import { ANYWHERE } from "./graph.js";
import { shiftTransition } from "./graph_links.js";
import { selectPath } from "./canvas_connect.js";
import { state } from "./canvas_state.js";
import { store } from "./store.js";

const PROCESS = { key: ANYWHERE, id: ANYWHERE, children: [], depth: 0 };

export class Outline {
  /** `place`: where the table goes; `open()` goes to the properties. */
  constructor(place, open) {
    this.open = open;
    this.folded = new Map();
    this.here = ANYWHERE;
    this.body = h("tbody");
    const head = h("thead", {}, h("tr", { role: "row" }, h("th", { role: "columnheader", scope: "col" }, t("canvas.stage")), h("th", { role: "columnheader", scope: "col" }, t("canvas.leads_to"))));
    this.table = h("table", { class: "ol-out", role: "treegrid", "aria-label": t("canvas.outline_label"), "aria-multiselectable": "true" }, head, this.body);
    place.append(this.table);
    this.rows = new Keyed(this.body, (item) => (item.edge ? edgeRow(item) : stageRow(item)));
    this.body.addEventListener("keydown", (event) => this.#key(event));
    this.body.addEventListener("click", (event) => this.#click(event));
    this.body.addEventListener("dblclick", () => document.dispatchEvent(new CustomEvent("canvas:verb", { detail: "rename" })));
    this.body.addEventListener("focusin", (event) => this.#at(event.target.closest("[data-line]")?.dataset.line));
  }

  isOpen(key) {
    const inner = state.graph.nodes.get(key)?.children.length > 0;
    return this.folded.has(key) ? !this.folded.get(key) : inner;
  }

  #items() {
    const found = state.findings();
    const items = [];
    const edges = (key, level) => {
      for (const edge of state.graph.leads.get(key)) items.push({ key: `>${edge.key}`, edge, level, sign: sign(edge, level) });
    };
    const add = (key, level) => {
      const node = key === ANYWHERE ? PROCESS : state.graph.nodes.get(key);
      const leads = state.graph.leads.get(key);
      const has = leads.length + node.children.length > 0;
      const open = has && this.isOpen(key);
      const findings = found.get(key === ANYWHERE ? null : key) ?? [];
      const shown = key === ANYWHERE ? "" : [titleOf(node), aboutOf(node), lookOf(node)];
      items.push({ key, node, level, has, open, leads, findings, sign: JSON.stringify([shown, level, has, open, leads.map((edge) => [edge.event, edge.target]), findings.length, findings.some((each) => each.severity === "error")]) });
      if (!open) return;
      edges(key, level + 1);
      node.children.forEach((child) => add(child, level + 1));
    };
    add(ANYWHERE, 1);
    state.graph.roots.forEach((key) => add(key, 1));
    return items;
  }

  show() {
    this.items = this.#items();
    this.rows.show(this.items);
    if (!this.rows.of(this.here)) this.here = ANYWHERE;
    this.mark();
  }

  /** What is chosen, and which row Tab reaches. */
  mark() {
    const chosen = state.edge ? `>${state.edge}` : state.focus && state.chosen.has(state.focus) ? state.focus : undefined;
    if (chosen && !this.rows.of(chosen)) this.#unfold(chosen);
    if (chosen && this.rows.of(chosen)) this.here = chosen;
    for (const [key, { element }] of this.rows.made) {
      const on = key === `>${state.edge}` || state.chosen.has(key) || (key === ANYWHERE && !state.edge && !state.chosen.size);
      const tab = key === this.here ? 0 : -1;
      if (element.tabIndex !== tab) element.tabIndex = tab;
      if (element.getAttribute("aria-selected") === String(on)) continue;
      element.setAttribute("aria-selected", String(on));
      element.classList.toggle("sel", on);
    }
    if (chosen) reveal(this.rows.of(chosen));
  }

  #unfold(chosen) {
    let at = chosen.startsWith(">") ? state.edgeOf(chosen.slice(1))?.from : state.graph.nodes.get(chosen)?.parent;
    for (; at; at = state.graph.nodes.get(at)?.parent) this.folded.set(at, false);
    this.items = this.#items();
    this.rows.show(this.items);
  }

  #at(key) {
    if (!key) return;
    this.here = key;
    for (const [each, { element }] of this.rows.made) {
      const tab = each === key ? 0 : -1;
      if (element.tabIndex !== tab) element.tabIndex = tab;
    }
  }

  fold(key, closed) {
    this.folded.set(key, closed);
    this.show();
    this.rows.of(key)?.focus({ preventScroll: true });
  }

  #choose(key, { add = false } = {}) {
    if (key.startsWith(">")) state.selectEdge(key.slice(1));
    else if (key === ANYWHERE) state.select([]);
    else state.select(add ? [...state.chosen, key] : [key], { focus: key });
  }

  #click(event) {
    const key = event.target.closest("[data-line]")?.dataset.line;
    if (!key) return;
    if (event.target.closest(".tw")) {
      this.fold(key, this.isOpen(key));
      return;
    }
    if ((event.shiftKey || event.ctrlKey || event.metaKey) && state.graph.nodes.has(key)) state.toggle(key);
    else this.#choose(key);
  }

  #key(event) {
    const row = event.target.closest("[data-line]");
    if (!row) return;
    const key = row.dataset.line;
    const at = this.items.findIndex((item) => item.key === key);
    const item = this.items[at];
    const plain = !event.altKey && !event.ctrlKey && !event.metaKey;
    const to = plain ? { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: this.items.length - 1 }[event.key] : undefined;
    if (to !== undefined) {
      event.preventDefault();
      this.#go(this.items[to], event.shiftKey);
    } else if (plain && event.key === "ArrowRight" && item.has) {
      event.preventDefault();
      if (item.open) this.#go(this.items[at + 1]);
      else this.fold(key, false);
    } else if (plain && event.key === "ArrowLeft") {
      event.preventDefault();
      if (item.open) this.fold(key, true);
      else this.#go(this.items.slice(0, at).findLast((each) => each.level < item.level));
    } else if (event.key === "Enter") {
      event.preventDefault();
      this.#choose(key);
      this.open();
    } else if (event.key === " " && state.graph.nodes.has(key)) {
      event.preventDefault();
      state.toggle(key);
    } else if (item.edge && event.altKey && ["ArrowUp", "ArrowDown"].includes(event.key)) {
      event.preventDefault();
      orderTransition(item.edge, event.key === "ArrowUp" ? -1 : 1);
    } else {
      // The row with the focus is meant, also where another was chosen by the pointer.
      if (item.edge ? state.edge !== item.edge.key : key !== ANYWHERE && !state.chosen.has(key)) this.#choose(key);
      press(event);
    }
  }

  #go(item, add = false) {
    const element = item && this.rows.of(item.key);
    if (!element) return;
    this.#choose(item.key, { add: add && state.graph.nodes.has(item.key) });
    this.rows.of(item.key).focus({ preventScroll: true });
    reveal(this.rows.of(item.key));
  }

  focus() {
    this.rows.of(this.here)?.focus({ preventScroll: true });
  }
}

/** Tries a transition earlier or later than those beside it. */
export const orderTransition = (edge, step) => {
  let path;
  store.change((value) => {
    path = shiftTransition(value, edge.path, step);
  });
  if (!path) {
    say(t("canvas.order_alone"));
    return;
  }
  selectPath(path);
  say(t(step < 0 ? "canvas.order_earlier" : "canvas.order_later"));
};

const sign = (edge, level) => {
  const said = sentenceOf(edge, state.graph, store.value);
  return JSON.stringify([said, level, edge.otherwise]);
};

const reveal = (element) => {
  const pane = element?.closest(".ol-pane");
  if (!pane) return;
  const [row, box] = [element.getBoundingClientRect(), pane.getBoundingClientRect()];
  if (row.top < box.top + 74) pane.scrollTop -= box.top + 74 - row.top;
  else if (row.bottom > box.bottom) pane.scrollTop += row.bottom - box.bottom;
};

const indented = (cell, level) => {
  cell.style.paddingInlineStart = `${8 + (level - 1) * 15}px`;
  return cell;
};

const summary = (node, leads) => {
  const targets = [...new Set(leads.filter((edge) => edge.target !== undefined).map((edge) => edge.target))];
  if (node.kind === "final") return t("canvas.end");
  if (targets.length > 1) return t("canvas.ways", { count: targets.length });
  if (targets.length === 0) return node === PROCESS ? "" : "–";
  const known = state.graph.byId.get(targets[0]);
  return known ? titleOf(state.graph.nodes.get(known)) : targets[0];
};

const stageRow = ({ key, node, level, has, open, leads, findings }) => {
  const look = key === ANYWHERE ? { colour: "mute" } : lookOf(node);
  const bad = findings.some((each) => each.severity === "error");
  const flag = findings.length ? h("span", { class: bad ? "t-bad" : "t-warn" }, icon("alert", true), h("span", { class: "vh" }, t("canvas.findings", { count: findings.length }))) : null;
  const name = key === ANYWHERE ? t("canvas.process") : titleOf(node);
  const twist = h("span", { class: `tw${has ? "" : " none"}`, "aria-hidden": "true" }, icon(open ? "down" : "right", true));
  const kind = key === ANYWHERE ? null : h("span", { class: "vh" }, t(`canvas.kind.${node.kind}`));
  const first = indented(h("td", { role: "gridcell" }, twist, h("span", { class: `k k-${look.colour}`, "aria-hidden": "true" }), h("span", { class: "nm", title: name }, name), " ", kind, flag), level);
  const attributes = { role: "row", "data-line": key, "data-focus": "row", tabindex: -1, "aria-level": level };
  if (has) attributes["aria-expanded"] = String(open);
  return h("tr", attributes, first, h("td", { role: "gridcell", class: "muted" }, summary(node, leads)));
};

const edgeRow = ({ key, edge, level }) => {
  const said = sentenceOf(edge, state.graph, store.value);
  const more = [said.guard, said.by].filter(Boolean).join(" ");
  const first = indented(h("td", { role: "gridcell", class: "ed" }, icon("arrow", true), h("span", { class: "nm", title: `${said.event} ${more}` }, said.event, more ? h("small", {}, ` ${more}`) : null)), level);
  const target = h("td", { role: "gridcell", class: said.missing ? "t-bad" : "muted", title: said.target }, said.target);
  return h("tr", { role: "row", "data-line": key, "data-focus": "row", tabindex: -1, "aria-level": level, class: "ed" }, first, target);
};
