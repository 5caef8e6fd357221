// The designer of processes: canvas, outline and properties of one draft, side by side.
import { onCanvas, VERBS } from "./canvas_keys.js";
import { Edges } from "./canvas_edges.js";
import { Nodes } from "./canvas_nodes.js";
import { Outline } from "./outline.js";
import { Pointer } from "./canvas_drag.js";
import { Properties } from "./canvas_panel.js";
import { search } from "./canvas_search.js";
import { View } from "./canvas_view.js";
import { h, t } from "./dom.js";
import { ANYWHERE } from "./graph.js";
import { state } from "./canvas_state.js";
import { store } from "./store.js";

const begin = () => {
  const root = document.getElementById("process");
  // The picture needs the room that the names of other pages take.
  root.closest(".ol-shell")?.classList.add("rail");
  const outer = document.getElementById("canvas");
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "ed");
  svg.setAttribute("aria-hidden", "true");
  const stages = h("div", { class: "ol-cv-nodes", role: "group", "aria-label": t("canvas.diagram") });
  const inner = h("div", { class: "ol-cv-in" }, svg, stages);
  outer.prepend(inner);

  const view = new View(outer, inner);
  const nodes = new Nodes(stages);
  const edges = new Edges(svg);
  const properties = new Properties(document.getElementById("properties"));
  const outline = new Outline(document.getElementById("outline"), () => properties.focus());
  new Pointer(view, nodes, edges);
  search(document.getElementById("canvas-search"), show);

  const count = document.getElementById("outline-count");
  const buttons = [...root.querySelectorAll("[data-verb]")];
  // Where the person works, and what has the focus after a change.
  let keyboard = "canvas";
  let first = true;

  /** Chooses a stage, and brings it into sight everywhere. */
  function show(key) {
    state.select([key]);
    view.reveal(state.boxes.get(key));
  }

  const enable = () => {
    const some = state.chosen.size > 0;
    const single = state.chosen.size === 1;
    const needs = { connect: true, rename: single, remove: some || state.edge !== null, copy: some, group: some, move: some, up: single, down: single };
    for (const button of buttons) button.disabled = !store.mayWrite || needs[button.dataset.verb] === false;
  };

  const empty = h("p", { class: "ol-cv-empty", hidden: true }, t("canvas.empty"));
  outer.append(empty);

  const drawn = () => {
    empty.hidden = state.graph.nodes.size > 0;
    count.textContent = t("canvas.count", { count: state.graph.nodes.size });
    outline.show();
    properties.show();
    enable();
  };

  state.addEventListener("graph", drawn);
  state.addEventListener("layout", () => {
    nodes.show();
    edges.show();
    view.drawn();
    if (first) view.begin(state.graph.roots[0]);
    else if (!view.touched) view.fit();
    else view.show();
    first = false;
    if (wanted) focusNow();
  });
  state.addEventListener("findings", () => {
    outline.show();
    nodes.show();
    properties.show();
  });
  state.addEventListener("selection", () => {
    nodes.mark();
    edges.mark();
    view.mark();
    outline.mark();
    properties.show();
    enable();
    // What is chosen by the table or the fields is brought into sight; the pointer sees it already.
    const key = state.edge ? state.edgeOf(state.edge)?.from : state.chosen.size ? state.focus : undefined;
    if (keyboard !== "canvas" && key) view.reveal(state.boxes.get(key));
  });
  // A change that leaves the shape alone lays nothing out anew, but its words and marks differ.
  state.addEventListener("graph", () => {
    nodes.show();
    edges.show();
  });

  let wanted = false;
  const focusNow = () => {
    wanted = keyboard === "canvas" && !nodes.buttonOf(state.focus);
    if (keyboard === "outline") outline.focus();
    else if (keyboard === "properties") properties.hold();
    else nodes.focus(state.focus);
    view.reveal(state.boxes.get(state.focus));
  };
  outer.addEventListener("pointerdown", () => (keyboard = "canvas"), true);
  document.getElementById("outline").addEventListener("pointerdown", () => (keyboard = "outline"), true);
  root.addEventListener("focusin", (event) => {
    if (outer.contains(event.target)) keyboard = "canvas";
    else if (event.target.closest("#outline")) keyboard = "outline";
    else if (properties.place.contains(event.target)) keyboard = "properties";
    const key = event.target.closest("#canvas [data-key]")?.dataset.key;
    if (key && !state.chosen.has(key) && event.target.matches(":focus-visible")) state.select([key]);
  });
  document.addEventListener("canvas:focus", focusNow);
  document.addEventListener("canvas:verb", (event) => VERBS[event.detail]());
  for (const button of buttons) button.addEventListener("click", () => VERBS[button.dataset.verb]());
  stages.addEventListener("keydown", (event) => onCanvas(event, { open: () => properties.focus() }));
  document.addEventListener("design:show", (event) => {
    const owner = state.ownerOf(event.detail);
    if (owner.edge) state.selectEdge(owner.edge);
    else state.select(owner.key === null ? [] : [owner.key]);
    view.reveal(state.boxes.get(owner.key ?? ANYWHERE));
    root.scrollIntoView({ block: "nearest" });
    if (!properties.reveal(owner.path)) properties.place.querySelector("h2")?.focus();
  });

  drawn();
  state.begin();
};

if (document.getElementById("process")) begin();
