// Where stages lie: one level after the other, from the inside, each by ELK. Pure; the answers of
// ELK are given in.
import { ANYWHERE } from "./graph.js";

export const SIZE = { width: 172, height: 54 };
export const DOT = 12;
const HEAD = 38;
const PAD = 20;
const ANYWHERE_SIZE = { width: 168, height: 34 };
const APART = 24;

// Readable pictures of orders: from left to right, wrapped like text (frontend.md 5).
const OPTIONS = {
  "elk.algorithm": "layered",
  "elk.direction": "RIGHT",
  "elk.edgeRouting": "ORTHOGONAL",
  "elk.edgeLabels.inline": "true",
  "elk.layered.cycleBreaking.strategy": "DEPTH_FIRST",
  "elk.layered.considerModelOrder.strategy": "PREFER_EDGES",
  "elk.layered.considerModelOrder.components": "MODEL_ORDER",
  "elk.layered.nodePlacement.strategy": "NETWORK_SIMPLEX",
  "elk.layered.nodePlacement.favorStraightEdges": "true",
  "elk.layered.spacing.nodeNodeBetweenLayers": "40",
  "elk.layered.spacing.edgeNodeBetweenLayers": "18",
  "elk.spacing.nodeNode": "34",
  "elk.spacing.edgeNode": "20",
  "elk.spacing.edgeEdge": "14",
  "elk.spacing.componentComponent": "40",
  "elk.aspectRatio": "1.9",
  "elk.padding": "[top=0,left=0,bottom=0,right=0]",
};

// Long rows of plain stages go on below, like text; with large boxes among them the lines between
// the rows would take more room than they save.
const WRAPPED = {
  "elk.layered.wrapping.strategy": "MULTI_EDGE",
  "elk.layered.wrapping.additionalEdgeSpacing": "24",
};
const DOWN = { "elk.direction": "DOWN" };
// The careful ways take minutes then, or more depth than a worker has.
const MANY = {
  "elk.layered.layering.strategy": "LONGEST_PATH",
  "elk.layered.nodePlacement.strategy": "BRANDES_KOEPF",
  "elk.layered.cycleBreaking.strategy": "GREEDY",
  "elk.layered.thoroughness": "1",
};
const MOST_WITH_CARE = 90;
const MOST_WRAPPED = 40;
const WANTED = 1.5;

/** Ways to lay a level out; of their pictures the one that is shown largest is taken. */
export const ways = (graph, container) => {
  const keys = childrenOf(graph, container);
  if (keys.length > MOST_WITH_CARE) return [MANY];
  if (keys.length < 5) return [{}];
  const plain = keys.every((key) => !graph.nodes.get(key).children.length);
  return [plain && keys.length <= MOST_WRAPPED ? WRAPPED : {}, DOWN];
};

const shown = ({ width, height }) => Math.min(WANTED / width, 1 / height);

/** The dot before the first stages of a container that is not parallel. */
export const startKey = (key) => `^${key ?? ""}`;
export const beginKey = (key) => `^>${key}`;

/** Containers from the inside to the outside; null is the process. */
export const levels = (graph) => {
  const found = [];
  const look = (key, children) => {
    for (const child of children) {
      const node = graph.nodes.get(child);
      if (node.children.length) look(child, node.children);
    }
    found.push(key);
  };
  look(null, graph.roots);
  return found;
};

const childrenOf = (graph, container) => (container === null ? graph.roots : graph.nodes.get(container).children);
export const isParallel = (graph, container) => container !== null && graph.nodes.get(container).kind === "parallel";
const hasStart = (graph, container) => !isParallel(graph, container) && childrenOf(graph, container).some((key) => graph.nodes.get(key).first);

/** The child of `container` in which a stage lies; undefined where it lies elsewhere. */
const childOn = (graph, container, key) => {
  let at = key;
  while (at !== undefined && at !== ANYWHERE) {
    const node = graph.nodes.get(at);
    if (node.parent === container) return at;
    if (node.parent === null) return undefined;
    at = node.parent;
  }
  return container === null && at === ANYWHERE ? at : undefined;
};

/** Both ends are children of one container: ELK's own route holds. */
export const isLevel = (graph, edge) => {
  const parent = (key) => (key === ANYWHERE ? null : graph.nodes.get(key).parent);
  return parent(edge.from) === parent(edge.to);
};

/** What ELK is asked for one level. `sizes`: Map of key → {width, height} of containers inside;
 *  `measure(edge)` → {width, height} of its label, or null. */
export const levelGraph = (graph, container, sizes, measure, options = {}) => {
  const keys = childrenOf(graph, container);
  const anywhere = container === null && graph.edges.some((edge) => edge.from === ANYWHERE);
  const children = [
    ...(hasStart(graph, container) ? [{ id: startKey(container), width: DOT, height: DOT }] : []),
    ...keys.map((key) => ({ id: key, ...(sizes.get(key) ?? SIZE) })),
    ...(anywhere ? [{ id: ANYWHERE, ...ANYWHERE_SIZE }] : []),
  ];
  const begins = keys.filter((key) => graph.nodes.get(key).first && hasStart(graph, container));
  const edges = begins.map((key) => ({ id: beginKey(key), sources: [startKey(container)], targets: [key] }));
  const between = new Set();
  for (const edge of graph.edges) {
    const from = childOn(graph, container, edge.from);
    const to = childOn(graph, container, edge.to);
    if (from === undefined || to === undefined) continue;
    const own = from === edge.from && to === edge.to;
    const pair = `${from}\n${to}`;
    // Of edges from one stage with inner ones to another a single one makes the room.
    if (!own && (from === to || between.has(pair))) continue;
    if (!own) between.add(pair);
    const size = own ? measure(edge) : null;
    edges.push({ id: own ? edge.key : `~${pair}`, sources: [from], targets: [to], labels: size ? [{ text: edge.event, ...size }] : [] });
  }
  return { id: "level", layoutOptions: { ...OPTIONS, ...options }, children, edges };
};

/** The regions of a parallel stage, one below the other. */
const stacked = (graph, container, sizes) => {
  const keys = childrenOf(graph, container);
  const width = Math.max(...keys.map((key) => (sizes.get(key) ?? SIZE).width));
  let y = 0;
  const children = keys.map((key) => {
    const own = sizes.get(key) ?? SIZE;
    const box = { id: key, x: 0, y, width: sizes.has(key) ? width : own.width, height: own.height };
    y += own.height + APART;
    return box;
  });
  return { children, edges: [], width, height: y - APART };
};

/** All of it: `ask(graph of a level)` → promise of ELK's answer. Answers with
 *  {boxes: Map of key → {x, y, width, height}, routes: Map of key → {points, label}}. */
export const arrange = async (graph, measure, ask) => {
  const sizes = new Map();
  const answers = new Map();
  for (const container of levels(graph)) {
    const answer = isParallel(graph, container) ? stacked(graph, container, sizes) : await largest(graph, container, sizes, measure, ask);
    answers.set(container, answer);
    if (container !== null) sizes.set(container, { width: Math.max(answer.width + 2 * PAD, SIZE.width), height: answer.height + HEAD + PAD });
  }
  return placed(graph, answers);
};

const largest = async (graph, container, sizes, measure, ask) => {
  const asked = ways(graph, container).map((options) => ask(levelGraph(graph, container, sizes, measure, options)));
  const answers = await Promise.all(asked);
  return answers.reduce((best, each) => (shown(each) > shown(best) * 1.1 ? each : best));
};

const placed = (graph, answers) => {
  const boxes = new Map();
  const routes = new Map();
  const place = (container, x0, y0) => {
    const answer = answers.get(container);
    for (const child of answer.children ?? []) {
      const box = { x: Math.round(x0 + child.x), y: Math.round(y0 + child.y), width: Math.round(child.width), height: Math.round(child.height) };
      boxes.set(child.id, box);
      if (answers.has(child.id)) place(child.id, box.x + PAD, box.y + HEAD);
    }
    for (const edge of answer.edges ?? []) if (!edge.id.startsWith("~")) addRoute(routes, edge, x0, y0);
  };
  place(null, 0, 0);
  return { boxes, routes };
};

const addRoute = (routes, edge, x0, y0) => {
  const [section] = edge.sections ?? [];
  if (!section) return;
  const moved = ({ x, y }) => ({ x: x + x0, y: y + y0 });
  const [label] = edge.labels ?? [];
  routes.set(edge.id, {
    points: [section.startPoint, ...(section.bendPoints ?? []), section.endPoint].map(moved),
    label: label ? moved({ x: label.x + label.width / 2, y: label.y + label.height / 2 }) : undefined,
  });
};

/** Boxes of stages that were placed by hand: those with inner ones lie around them. `at`: Map of
 *  key → {x, y} of all without inner ones, of dots and of `ANYWHERE`. */
export const around = (graph, at) => {
  const boxes = new Map();
  const box = (key) => {
    const { children } = graph.nodes.get(key);
    if (!children.length) return { ...at.get(key), ...SIZE };
    const inner = children.map((child) => boxed(child));
    const start = at.get(startKey(key));
    if (start) {
      boxes.set(startKey(key), { ...start, width: DOT, height: DOT });
      inner.push({ ...start, width: DOT, height: DOT });
    }
    return padded(inner);
  };
  const boxed = (key) => {
    const found = box(key);
    boxes.set(key, found);
    return found;
  };
  graph.roots.forEach(boxed);
  if (at.has(startKey(null))) boxes.set(startKey(null), { ...at.get(startKey(null)), width: DOT, height: DOT });
  if (at.has(ANYWHERE)) boxes.set(ANYWHERE, { ...at.get(ANYWHERE), ...ANYWHERE_SIZE });
  return boxes;
};

const padded = (inner) => {
  const x = Math.min(...inner.map((each) => each.x)) - PAD;
  const y = Math.min(...inner.map((each) => each.y)) - HEAD;
  const right = Math.max(...inner.map((each) => each.x + each.width)) + PAD;
  const bottom = Math.max(...inner.map((each) => each.y + each.height)) + PAD;
  return { x, y, width: right - x, height: bottom - y };
};
