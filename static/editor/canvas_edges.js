// Transitions as one layer of SVG. Its markup is a string; what a definition says is escaped.
import { labelOf } from "./canvas_words.js";
import { measure } from "./layout_elk.js";
import { state } from "./canvas_state.js";
import { store } from "./store.js";

const ESCAPES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escaped = (text) => String(text).replace(/[&<>"']/g, (sign) => ESCAPES[sign]);
const ROUND = 8;

/** Points as a path with round corners. */
export const pathOf = (points) => {
  const [first, ...rest] = points;
  let path = `M${first.x} ${first.y}`;
  rest.forEach((point, n) => {
    const before = points[n];
    const after = points[n + 2];
    if (!after) {
      path += `L${point.x} ${point.y}`;
      return;
    }
    const near = (other) => {
      const length = Math.hypot(other.x - point.x, other.y - point.y) || 1;
      const part = Math.min(ROUND, length / 2) / length;
      return { x: point.x + (other.x - point.x) * part, y: point.y + (other.y - point.y) * part };
    };
    const [a, b] = [near(before), near(after)];
    path += `L${a.x} ${a.y}Q${point.x} ${point.y} ${b.x} ${b.y}`;
  });
  return path;
};

const MARKERS =
  '<defs><marker id="cv-a" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto" markerUnits="userSpaceOnUse"><path class="hd" d="M0 0L8 4 0 8z"/></marker>' +
  '<marker id="cv-b" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="9" markerHeight="9" orient="auto" markerUnits="userSpaceOnUse"><path class="hd on" d="M0 0L8 4 0 8z"/></marker></defs>';

const text = (edge, at) => {
  const { said, guard, who } = labelOf(edge, store.value);
  const lines = [[said, ""], [guard, "g"], [who, "w"]].filter(([line]) => line);
  const top = at.y - (lines.length * 14) / 2 + 11;
  return lines.map(([line, name], n) => `<text class="${name}" x="${at.x}" y="${top + n * 14}">${escaped(line)}</text>`).join("");
};

export class Edges {
  constructor(svg) {
    this.svg = svg;
  }

  /** All of them; `line`: points of one that is being drawn; `instead`: routes while stages move. */
  show({ line, instead = new Map() } = {}) {
    const graph = new Map(state.graph.edges.map((edge) => [edge.key, edge]));
    let below = "";
    let above = "";
    this.drawn = [];
    for (const [key, known] of state.routes) {
      const route = instead.get(key) ?? known;
      const edge = graph.get(key);
      const path = pathOf(route.points);
      const kind = edge ? `e t-${edge.trigger}` : "e";
      below += `<path class="${kind}" marker-end="url(#cv-a)" d="${path}"/>`;
      if (edge) below += `<path class="hit" data-edge="${escaped(key)}" d="${path}"/>`;
      if (edge && route.label) above += `<g class="lb" data-edge="${escaped(key)}">${ground(edge, route.label)}${text(edge, route.label)}</g>`;
      this.drawn.push(edge);
    }
    if (line) above += `<path class="new" marker-end="url(#cv-b)" d="${pathOf(line)}"/>`;
    this.svg.innerHTML = MARKERS + below + above;
    this.mark();
  }

  /** What is chosen, and what leads to it and from it: only classes change. */
  mark() {
    const paths = this.svg.querySelectorAll(".e");
    (this.drawn ?? []).forEach((edge, n) => {
      const on = Boolean(edge) && (edge.key === state.edge || state.chosen.has(edge.from) || state.chosen.has(edge.to));
      if (on === paths[n].classList.contains("on")) return;
      paths[n].classList.toggle("on", on);
      paths[n].setAttribute("marker-end", on ? "url(#cv-b)" : "url(#cv-a)");
    });
    for (const label of this.svg.querySelectorAll(".lb")) if ((label.dataset.edge === state.edge) !== label.classList.contains("on")) label.classList.toggle("on");
  }
}

/** What a label lies upon, so that lines below do not run through it. */
const ground = (edge, at) => {
  const size = measure(edge);
  return size ? `<rect x="${at.x - size.width / 2}" y="${at.y - size.height / 2}" width="${size.width}" height="${size.height}" rx="4"/>` : "";
};
