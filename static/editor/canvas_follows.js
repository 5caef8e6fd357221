// What follows a stage: its transitions, each with where it leads, in the properties.
import { Keyed } from "./canvas_keyed.js";
import { connect } from "./canvas_connect.js";
import { stageOptions } from "./canvas_change.js";
import { sentenceOf } from "./canvas_words.js";
import { h, icon, say, t } from "./dom.js";
import { ANYWHERE } from "./graph.js";
import { disconnect, retarget } from "./graph_links.js";
import { state } from "./canvas_state.js";
import { store } from "./store.js";

/** The select of a transition's target. */
export const targetSelect = (edge, label) => {
  const options = stageOptions(undefined, { brief: true });
  const known = options.some(([id]) => id === edge.target);
  const all = known ? options : [[edge.target ?? "", edge.target ?? t("canvas.stays")], ...options];
  const act = (event) => {
    const to = event.target.value;
    store.change((value) => retarget(value, edge.path, to, targetPlace(edge)));
    say(t("canvas.leads_now", { name: to }));
  };
  return h(
    "select",
    { class: "form-select form-select-sm", "aria-label": label, disabled: !store.mayWrite, onchange: act, "data-focus": "target" },
    all.map(([id, name, depth = 0]) => h("option", { value: id, selected: id === (edge.target ?? "") }, "\u00a0\u00a0\u00a0".repeat(depth) + name)),
  );
};

const targetPlace = (edge) => (typeof edge.at?.at(-1) === "number" ? edge.at.at(-1) : 0);

export class Follows {
  constructor(key, title) {
    this.key = key;
    this.list = h("ul", { class: "ol-bare ol-follows" });
    const from = key === ANYWHERE ? ANYWHERE : state.graph.nodes.get(key)?.id;
    const add = store.mayWrite && from !== undefined ? h("button", { type: "button", class: "btn btn-sm btn-quiet", onclick: () => connect({ from }) }, icon("plus", true), t("canvas.add_transition")) : null;
    this.none = h("p", { class: "muted small" }, t("canvas.leads_nowhere"));
    this.element = h("fieldset", { class: "ol-ways" }, h("legend", { class: "form-label" }, title), this.none, this.list, add);
    this.rows = new Keyed(this.list, row);
  }

  show() {
    const edges = state.graph.leads.get(this.key) ?? [];
    this.none.hidden = edges.length > 0;
    const names = JSON.stringify(stageOptions(undefined, { brief: true }));
    this.rows.show(edges.map((edge) => ({ key: edge.key, edge, sign: JSON.stringify([sentenceOf(edge, state.graph, store.value), edge.target, names]) })));
  }
}

const row = ({ edge }) => {
  const said = sentenceOf(edge, state.graph, store.value);
  const more = [said.guard, said.by].filter(Boolean).join(" ");
  const open = h("button", { type: "button", class: "ol-link", onclick: () => state.selectEdge(edge.key), "data-focus": "open", title: more || said.event }, h("b", {}, said.event), more ? h("small", { class: "muted cut" }, more) : null);
  const gone = () => {
    store.change((value) => disconnect(value, edge.path));
    say(t("canvas.disconnected", { event: said.event }));
  };
  const remove = store.mayWrite ? h("button", { type: "button", class: "ol-ib", "aria-label": t("canvas.disconnect_one", { event: said.event }), onclick: gone, "data-focus": "gone" }, icon("x", true)) : null;
  return h("li", {}, open, icon("arrow", true), targetSelect(edge, t("canvas.leads_label", { event: said.event })), remove);
};
