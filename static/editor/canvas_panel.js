// The properties of what is chosen: the process, a stage, several stages, or a transition.
import { VERBS } from "./canvas_keys.js";
import { fixesOf } from "./canvas_fixes.js";
import { Follows } from "./canvas_follows.js";
import { Transition } from "./canvas_transition.js";
import { renameTo } from "./canvas_verbs.js";
import { titleOf } from "./canvas_words.js";
import { choose, h, icon, t } from "./dom.js";
import { ANYWHERE } from "./graph.js";
import { ids, isId } from "./graph_stages.js";
import { panel } from "./panel.js";
import { state } from "./canvas_state.js";
import { store } from "./store.js";

export class Properties {
  constructor(place) {
    this.place = place;
    this.sign = "";
  }

  /** Anew where something else is chosen or it lies elsewhere; else what it shows. */
  show() {
    const nodes = state.nodes;
    const edge = state.edge && state.edgeOf(state.edge);
    const what = edge ? ["edge", edge.path, edge.trigger] : nodes.length === 1 ? ["stage", nodes[0].path, nodes[0].kind, nodes[0].children.length > 0] : ["many", nodes.map((node) => node.key)];
    const sign = JSON.stringify(what);
    if (sign !== this.sign) {
      this.sign = sign;
      this.parts = [];
      if (edge) this.#transition(edge);
      else if (nodes.length === 1) this.#stage(nodes[0]);
      else if (nodes.length) this.#many(nodes);
      else this.#process();
    }
    this.parts.forEach((part) => part.show());
  }

  #head(title, kind, ...buttons) {
    const name = h("h2", { id: "h-properties", class: "cut", tabindex: -1 });
    this.parts.push({ show: () => (name.textContent = title()) });
    return h("div", { class: "ol-pane-h" }, name, h("span", { class: "muted small nowrap" }, kind), h("span", { class: "end row-x" }, buttons));
  }

  #button(name, verb, key) {
    if (!store.mayWrite) return null;
    return h("button", { type: "button", class: "ol-ib", "aria-label": t(key), title: t(key), onclick: VERBS[verb] }, icon(name, true));
  }

  #fill(...children) {
    const [head, ...rest] = children;
    this.place.replaceChildren(head, h("div", { class: "ol-props" }, rest));
  }

  #process() {
    const follows = this.#follows(ANYWHERE, t("canvas.anywhere_leads"));
    const fields = panel([], { skip: ["stages", "kind", "id", "on"] });
    this.#fill(this.#head(() => choose(store.value.title) || store.id, t("canvas.process_kind")), this.#findings(null), follows, fields);
  }

  #stage(node) {
    const fresh = () => state.graph.nodes.get(node.key) ?? node;
    const head = this.#head(() => titleOf(fresh()), t(`canvas.kind.${node.kind}`), this.#button("copy", "duplicate", "canvas.duplicate"), this.#button("trash", "remove", "canvas.remove"));
    const first = node.kind === "final" || node.kind === "history" ? null : this.#follows(node.key, t("canvas.follows"));
    // Transitions have their own list, where each opens its fields.
    const fields = panel(node.path, { skip: ["stages", "id", "on", "always", "done"] });
    this.#fill(head, this.#findings(node.key), this.#id(node), first, fields);
  }

  #id(node) {
    const wrong = h("p", { class: "ol-err", id: "cv-id-e", hidden: true });
    const act = () => {
      const id = input.value.trim();
      const said = id === node.id ? "" : !isId(id) ? t("canvas.id_wrong") : ids(store.value).has(id) ? t("canvas.id_taken", { id }) : "";
      wrong.textContent = said;
      wrong.hidden = !said;
      input.setAttribute("aria-invalid", String(Boolean(said)));
      if (!said && id !== node.id) renameTo(node.id, { to: id });
    };
    const input = h("input", { class: "form-control mono", id: "cv-id", ".value": node.id, "aria-describedby": "cv-id-e", autocomplete: "off", spellcheck: "false", disabled: !store.mayWrite || node.key !== node.id, onchange: act, "data-path": "cv-id" });
    return h("div", {}, h("label", { class: "form-label", for: "cv-id" }, t("canvas.id")), input, wrong);
  }

  #many(nodes) {
    const button = (verb, name, key) => h("button", { type: "button", class: "btn btn-sm", onclick: VERBS[verb] }, icon(name, true), t(key));
    const acts = store.mayWrite ? [button("group", "box", "canvas.group"), button("move", "swap", "canvas.move"), button("copy", "copy", "canvas.copy"), button("remove", "trash", "canvas.remove")] : [];
    const list = h("ul", { class: "ol-bare ol-many" }, nodes.map((node) => h("li", {}, titleOf(node), " ", h("small", { class: "muted mono" }, node.id))));
    this.#fill(this.#head(() => t("canvas.chosen", { count: nodes.length }), ""), h("div", { class: "row-x wrap" }, acts), list);
  }

  #transition(edge) {
    const shown = new Transition(edge);
    this.parts.push(shown);
    const fields = shown.panelPath ? panel(shown.panelPath, { only: shown.fields }) : null;
    const from = edge.from === ANYWHERE ? t("canvas.anywhere") : titleOf(state.graph.nodes.get(edge.from));
    this.#fill(this.#head(() => from, t("canvas.transition"), this.#button("trash", "remove", "canvas.disconnect")), this.#edgeFindings(edge), shown.element, fields);
  }

  #follows(key, title) {
    const shown = new Follows(key, title);
    this.parts.push(shown);
    return shown.element;
  }

  #findings(key) {
    return this.#list(() => state.findings().get(key) ?? []);
  }

  #edgeFindings(edge) {
    return this.#list(() => (store.findings ?? []).filter((finding) => state.ownerOf(finding).edge === edge.key));
  }

  #list(found) {
    const list = h("ul", { class: "ol-bare ol-found" });
    let sign = "";
    const show = () => {
      const all = found();
      const now = JSON.stringify(all);
      if (now === sign) return;
      sign = now;
      list.hidden = all.length === 0;
      list.replaceChildren(...all.slice(0, 30).map(item));
    };
    this.parts.push({ show });
    list.hidden = true;
    return list;
  }

  /** Keeps the focus here after something else was chosen. */
  hold() {
    if (!this.place.contains(document.activeElement)) (this.place.querySelector("#cv-id:not([disabled])") ?? this.place.querySelector("h2"))?.focus();
  }

  focus() {
    const field = this.place.querySelector("input:not([disabled]), select, textarea, button.btn");
    (field ?? this.place.querySelector("h2"))?.focus();
  }

  /** The field of a finding's path. */
  reveal(path) {
    return [...this.place.querySelectorAll("ol-panel")].some((each) => each.show(path));
  }
}

const item = (finding) => {
  const bad = finding.severity === "error";
  const fixes = fixesOf(finding).map(({ label, act }) => h("button", { type: "button", class: "btn btn-sm", onclick: act }, label));
  return h(
    "li",
    { class: bad ? "bad" : "warn" },
    icon("alert", true),
    h("div", {}, h("p", {}, finding.message), finding.hint ? h("p", { class: "muted small" }, finding.hint) : null, fixes.length ? h("p", { class: "row-x wrap" }, fixes) : null),
  );
};
