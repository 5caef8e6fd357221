// Places without ELK: of a stage that is new among those placed by hand, and of all in plain rows. Pure.
import { inside } from "./graph.js";
import { SIZE } from "./layout.js";
import { overlaps } from "./layout_route.js";

const GAP = 48;

/** A free place for a stage: beside what leads to it or stands before it. */
export const freePlace = (graph, node, places) => {
  const beside = graph.edges.find((edge) => edge.to === node.key && places.has(edge.from))?.from ?? before(graph, node, places);
  const from = places.get(beside) ?? last(places);
  const taken = [...places].filter(([key]) => graph.nodes.has(key)).map(([, place]) => ({ ...place, ...SIZE }));
  for (let ring = 0; ring < 40; ring += 1) {
    for (const place of [{ x: from.x + SIZE.width + GAP, y: from.y + ring * (SIZE.height + GAP) }, { x: from.x, y: from.y + (ring + 1) * (SIZE.height + GAP) }]) {
      const box = { x: place.x - 10, y: place.y - 10, width: SIZE.width + 20, height: SIZE.height + 20 };
      if (!taken.some((each) => overlaps(box, each))) return place;
    }
  }
  return from;
};

const before = (graph, node, places) => {
  const siblings = node.parent === null ? graph.roots : graph.nodes.get(node.parent).children;
  const placed = siblings.filter((key) => places.has(key) && key !== node.key);
  const mine = siblings.indexOf(node.key);
  return placed.findLast((key) => siblings.indexOf(key) < mine) ?? placed[0];
};

const last = (places) => [...places.values()].reduce((best, each) => (each.y > best.y ? each : best), { x: 0, y: 0 });

const leaves = (graph, key) => inside(graph, key).filter((each) => !graph.nodes.get(each).children.length);

const extent = (keys, places) => {
  const found = keys.map((key) => places.get(key)).filter(Boolean);
  if (!found.length) return undefined;
  const right = Math.max(...found.map(({ x }) => x)) + SIZE.width;
  const bottom = Math.max(...found.map(({ y }) => y)) + SIZE.height;
  return { x: Math.min(...found.map(({ x }) => x)), y: Math.min(...found.map(({ y }) => y)), right, bottom };
};

/** The frames around a stage that was placed have grown: what lies below or right of them moves on. */
export const makeRoom = (graph, node, places) => {
  const frames = [];
  for (let key = node.parent; key !== null; key = graph.nodes.get(key).parent) frames.push({ key, members: leaves(graph, key) });
  // What is moved on makes the frames around it larger too: measured before anything moves.
  for (const frame of frames) frame.before = extent(frame.members.filter((each) => each !== node.key), places);
  for (const { key, members, before } of frames) {
    const now = extent(members, places);
    const { parent } = graph.nodes.get(key);
    const siblings = parent === null ? graph.roots : graph.nodes.get(parent).children;
    for (const sibling of siblings.filter((each) => each !== key)) push(leaves(graph, sibling), before ?? now, now, places);
  }
};

const push = (keys, before, now, places) => {
  const at = extent(keys, places);
  if (!at) return;
  const below = at.y >= before.bottom && at.x < now.right + GAP && at.right > now.x - GAP;
  const beside = at.x >= before.right && at.y < now.bottom + GAP && at.bottom > now.y - GAP;
  const [dx, dy] = below ? [0, now.bottom - before.bottom] : beside ? [now.right - before.right, 0] : [0, 0];
  for (const key of dx || dy ? keys : []) {
    const { x, y } = places.get(key);
    places.set(key, { x: x + dx, y: y + dy });
  }
};

/** An answer like ELK's: in rows, in the order written, without routes. */
export const rowsOf = (graph) => {
  const most = Math.max(3, Math.ceil(Math.sqrt(graph.children.length * 1.2)));
  let [x, y, tall, width] = [0, 0, 0, 0];
  const children = graph.children.map((child, n) => {
    if (n > 0 && n % most === 0) [x, y, tall] = [0, y + tall + 70, 0];
    const placed = { ...child, x, y };
    x += child.width + 110;
    tall = Math.max(tall, child.height);
    width = Math.max(width, placed.x + child.width);
    return placed;
  });
  return { children, edges: [], width, height: y + tall };
};
