// Stages as elements of the canvas.
import { aboutOf, lookOf, restOf, titleOf } from "./canvas_words.js";
import { Keyed } from "./canvas_keyed.js";
import { h, icon, t } from "./dom.js";
import { ANYWHERE } from "./graph.js";
import { state } from "./canvas_state.js";
import { store } from "./store.js";

const MARKS = [["timers", "clock"], ["errors", "bolt"], ["undo", "return"], ["stays", "refresh"]];

const marks = (node) => {
  const held = state.graph.holds.get(node.id)?.length ?? 0;
  const shown = MARKS.map(([name, sign]) => [name, sign, node.marks[name]]).concat([["holds", "lock", held]]);
  const more = node.marks.activities > 1 ? [["activities", "tasks", node.marks.activities]] : [];
  return [...more, ...shown].filter(([, , count]) => count > 0);
};

const badges = (node) => {
  const found = marks(node);
  if (!found.length) return null;
  const each = ([name, sign, count]) => h("span", { class: `m ${name}`, title: t(`canvas.mark.${name}`, { count }) }, icon(sign, true), count > 1 ? String(count) : "");
  return h("span", { class: "ms", "aria-hidden": "true" }, found.map(each));
};

const flag = (findings) => {
  if (!findings.length) return null;
  const bad = findings.some((each) => each.severity === "error");
  const title = findings.map((each) => each.message).join("\n");
  return h("span", { class: bad ? "fl bad" : "fl warn", "aria-hidden": "true", title }, String(findings.length));
};

const marked = (node) => marks(node).map(([name, , count]) => t(`canvas.mark.${name}`, { count }));

/** What a screen reader says besides: kind, where it leads, marks. */
const more = (node, findings) => h("span", { class: "vh" }, ["", restOf(node, state.graph, store.value, findings.length), ...marked(node)].join(", "));

const plain = (item) => {
  const { node, findings } = item;
  const look = lookOf(node);
  const text = h("span", { class: "tx" }, h("b", { class: "cut" }, titleOf(node)), " ", h("small", { class: "cut" }, aboutOf(node)), more(node, findings));
  const handle = store.mayWrite && node.kind !== "final" ? h("span", { class: "hd-c", "aria-hidden": "true", title: t("canvas.drag_connect") }) : null;
  return h(
    "button",
    { type: "button", class: `ol-nd k-${look.colour} t-${node.kind}`, "data-key": node.key, "data-focus": "node", tabindex: -1, "aria-pressed": "false" },
    icon(look.icon),
    text,
    badges(node),
    flag(findings),
    handle,
  );
};

const outer = (item) => {
  const { node, findings } = item;
  const handle = store.mayWrite ? h("span", { class: "hd-c", "aria-hidden": "true", title: t("canvas.drag_connect") }) : null;
  const head = h(
    "button",
    { type: "button", class: "ol-reg-h", "data-key": node.key, "data-focus": "node", tabindex: -1, "aria-pressed": "false" },
    h("b", { class: "cut" }, titleOf(node)),
    " ",
    h("small", { class: "cut" }, aboutOf(node)),
    more(node, findings),
    badges(node),
    flag(findings),
  );
  return h("div", { class: `ol-reg t-${node.kind} d-${Math.min(node.depth, 3)}`, "data-box": node.key }, head, handle);
};

const dot = ({ key }) => h("span", { class: "ol-cv-dot", "data-dot": key, "aria-hidden": "true" });
const anywhere = () => h("span", { class: "ol-cv-any", "aria-hidden": "true" }, icon("bolt", true), t("canvas.anywhere"));

export class Nodes {
  constructor(parent) {
    this.keyed = new Keyed(parent, (item) => (item.key === ANYWHERE ? anywhere() : item.dot ? dot(item) : item.node.children.length ? outer(item) : plain(item)));
  }

  /** Makes what changed; `place` puts all where they lie. */
  show() {
    const found = state.findings();
    const items = [];
    for (const node of state.graph.nodes.values()) {
      if (!state.boxes.has(node.key)) continue;
      const findings = found.get(node.key) ?? [];
      const leads = state.graph.leads.get(node.key).map((edge) => [edge.event, edge.target, edge.guard]);
      const sign = JSON.stringify([node.kind, node.depth, node.children.length > 0, titleOf(node), aboutOf(node), node.about, node.marks, node.body.failed, leads, marks(node), findings.map((each) => [each.severity, each.message])]);
      items.push({ key: node.key, node, findings, sign });
    }
    for (const key of state.boxes.keys()) {
      if (key === ANYWHERE || key.startsWith("^")) items.push({ key, dot: key !== ANYWHERE, sign: "" });
    }
    this.keyed.show(items);
    this.place();
    this.mark();
  }

  place() {
    for (const [key, box] of state.boxes) {
      const element = this.keyed.of(key);
      if (!element) continue;
      element.style.left = `${box.x}px`;
      element.style.top = `${box.y}px`;
      const sized = key === ANYWHERE || state.graph.nodes.get(key)?.children.length;
      if (sized) {
        element.style.width = `${box.width}px`;
        element.style.height = `${box.height}px`;
      }
    }
  }

  /** What is chosen; one element of all can be reached by Tab. */
  mark() {
    const focus = this.buttonOf(state.focus) ? state.focus : state.graph.roots[0];
    for (const key of this.keyed.made.keys()) {
      const button = this.buttonOf(key);
      if (!button) continue;
      const on = String(state.chosen.has(key));
      const tab = key === focus ? 0 : -1;
      // Only what differs is written: whoever watches the page looks at each change.
      if (button.tabIndex !== tab) button.tabIndex = tab;
      if (button.getAttribute("aria-pressed") === on) continue;
      button.setAttribute("aria-pressed", on);
      this.keyed.of(key).classList.toggle("on", state.chosen.has(key));
    }
  }

  /** The element of a stage that takes the focus. */
  buttonOf(key) {
    const element = this.keyed.of(key);
    if (!element || element.dataset.dot || key === ANYWHERE) return undefined;
    return element.matches("button") ? element : element.firstElementChild;
  }

  focus(key) {
    this.buttonOf(key)?.focus({ preventScroll: true });
  }
}
