// The ways of all edges of a picture: those that ELK laid where they still hold, else new ones. Pure.
import { ANYWHERE } from "./graph.js";
import { beginKey, isLevel, startKey } from "./layout.js";
import { labelPlace, ports, way } from "./layout_route.js";

/** Edges as keys: those of the graph, and from the dots to what begins. */
const wantedOf = (graph, boxes) => {
  const starts = [...graph.nodes.values()].filter((node) => node.first && boxes.has(node.key) && boxes.has(startKey(node.parent)));
  return [
    ...starts.map((node) => ({ key: beginKey(node.key), from: startKey(node.parent), to: node.key })),
    ...graph.edges.filter((edge) => boxes.has(edge.from) && boxes.has(edge.to)),
  ];
};

/** Stages in the way of an edge; those with inner ones are crossed unless an edge ends at them. */
const leaves = (graph, boxes) => [...boxes].filter(([key]) => key === ANYWHERE || graph.nodes.get(key)?.children.length === 0).map(([, box]) => box);

/** Where labels would hide something: titles of stages with inner ones, dots. */
const titles = (graph, boxes) =>
  [...boxes].flatMap(([key, box]) => {
    if (key.startsWith("^")) return [box];
    return graph.nodes.get(key)?.children.length ? [{ ...box, width: Math.min(box.width, 190), height: 32 }] : [];
  });

/** Map of key → {points, label}. `known`: routes that hold (of ELK); `measure(edge)` → size or null. */
export const allRoutes = (graph, boxes, known, measure) => {
  const routes = new Map();
  const used = [];
  const labels = [];
  const open = [];
  for (const edge of wantedOf(graph, boxes)) {
    const route = known.get(edge.key);
    if (!route || (edge.trigger && !isLevel(graph, edge))) {
      open.push(edge);
      continue;
    }
    routes.set(edge.key, route);
    noteRoute(route, edge, used, labels, measure);
  }
  const obstacles = leaves(graph, boxes);
  const covered = [...obstacles, ...titles(graph, boxes)];
  const found = ports(open, boxes);
  // Short ones first: they have the least choice.
  const length = (edge) => Math.abs(boxes.get(edge.from).x - boxes.get(edge.to).x) + Math.abs(boxes.get(edge.from).y - boxes.get(edge.to).y);
  for (const edge of open.sort((a, b) => length(a) - length(b))) {
    const points = way(found.get(edge.key), obstacles, used);
    const size = edge.trigger ? measure(edge) : null;
    const label = size ? labelPlace(points, size, covered, labels) : undefined;
    if (label) labels.push(around(label, size));
    routes.set(edge.key, { points, label });
  }
  return routes;
};

const noteRoute = ({ points, label }, edge, used, labels, measure) => {
  for (let n = 1; n < points.length; n += 1) {
    const [a, b] = [points[n - 1], points[n]];
    const across = Math.abs(a.y - b.y) < 1;
    used.push(across ? { d: 0, at: a.y, low: Math.min(a.x, b.x), high: Math.max(a.x, b.x) } : { d: 1, at: a.x, low: Math.min(a.y, b.y), high: Math.max(a.y, b.y) });
  }
  const size = label && edge.trigger ? measure(edge) : null;
  if (size) labels.push(around(label, size));
};

const around = (at, size) => ({ x: at.x - size.width / 2, y: at.y - size.height / 2, ...size });
