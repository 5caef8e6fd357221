// Ways of edges around stages: orthogonal, short, with few bends. Pure. For edges between levels,
// and for all whose ends were moved by hand.

const STUB = 14;
const BEND = 40;
const SHARED = 26;
const CROWD = 70;
const REACH = 90;

const middle = (box) => ({ x: box.x + box.width / 2, y: box.y + box.height / 2 });

/** Through which side an edge leaves a box for another. */
const sideTo = (box, other) => {
  const [a, b] = [middle(box), middle(other)];
  const beside = box.x + box.width + STUB <= other.x || other.x + other.width + STUB <= box.x;
  const over = box.y + box.height + STUB <= other.y || other.y + other.height + STUB <= box.y;
  if (beside && (!over || Math.abs(b.x - a.x) >= Math.abs(b.y - a.y) * 0.6)) return b.x > a.x ? "right" : "left";
  return b.y > a.y ? "bottom" : "top";
};
const OPPOSITE = { right: "left", left: "right", top: "bottom", bottom: "top" };
const OUT = { right: [1, 0], left: [-1, 0], top: [0, -1], bottom: [0, 1] };

/** Where the edges of each side begin: apart from each other, in the order of where they lead.
 *  `wanted`: [{key, from, to}] → Map of key → {start, end} with {x, y, side}. */
export const ports = (wanted, boxes) => {
  const ends = new Map();
  const add = (key, which, at, other, side) => {
    const place = `${at}\n${side}`;
    if (!ends.has(place)) ends.set(place, []);
    const far = middle(boxes.get(other));
    ends.get(place).push({ key, which, at, side, order: side === "left" || side === "right" ? far.y : far.x });
  };
  for (const { key, from, to } of wanted) {
    const itself = from === to;
    const leaves = itself ? "top" : sideTo(boxes.get(from), boxes.get(to));
    const enters = itself ? "top" : sideTo(boxes.get(to), boxes.get(from));
    add(key, "start", from, to, leaves);
    add(key, "end", to, from, itself ? "top" : enters === leaves ? OPPOSITE[leaves] : enters);
  }
  const found = new Map();
  for (const group of ends.values()) {
    group.sort((a, b) => a.order - b.order);
    group.forEach((end, n) => {
      const port = portOn(boxes.get(end.at), end.side, (n + 1) / (group.length + 1));
      found.set(end.key, { ...found.get(end.key), [end.which]: port });
    });
  }
  return found;
};

const portOn = (box, side, part) => {
  const along = side === "left" || side === "right" ? box.height : box.width;
  // Edges of a large box leave near where they lead, not spread over all of it.
  const offset = along * part;
  if (side === "right") return { x: box.x + box.width, y: box.y + offset, side };
  if (side === "left") return { x: box.x, y: box.y + offset, side };
  if (side === "top") return { x: box.x + offset, y: box.y, side };
  return { x: box.x + offset, y: box.y + box.height, side };
};

const stub = (port) => ({ x: port.x + OUT[port.side][0] * STUB, y: port.y + OUT[port.side][1] * STUB });

/** The points of a way from one port to another around `obstacles` (boxes). `used`: what earlier
 *  ways took, so that they do not lie upon each other; the way is added to it. */
export const way = ({ start, end }, obstacles, used) => {
  const [a, b] = [stub(start), stub(end)];
  const near = within(obstacles, a, b);
  const found = near.length > CROWD ? undefined : search(a, b, near, used, start.side);
  const points = simple([start, a, ...(found ?? plain(a, b)), b, end].map(({ x, y }) => ({ x, y })));
  note(points, used);
  return points;
};

const within = (boxes, a, b) => {
  const left = Math.min(a.x, b.x) - REACH;
  const right = Math.max(a.x, b.x) + REACH;
  const top = Math.min(a.y, b.y) - REACH;
  const bottom = Math.max(a.y, b.y) + REACH;
  return boxes.filter((box) => box.x < right && box.x + box.width > left && box.y < bottom && box.y + box.height > top);
};

const plain = (a, b) => {
  const x = (a.x + b.x) / 2;
  return [{ x, y: a.y }, { x, y: b.y }];
};

const lines = (near, from, size, extra) => {
  const all = new Set(extra.map(Math.round));
  for (const box of near) {
    for (const gap of [STUB, STUB + 10]) all.add(Math.round(box[from] - gap)).add(Math.round(box[from] + box[size] + gap));
  }
  return [...all].sort((a, b) => a - b);
};

/** A* over the lines beside the obstacles; a state is a crossing and the direction one came from. */
const search = (a, b, near, used, side) => {
  const xs = lines(near, "x", "width", [a.x, b.x, (a.x + b.x) / 2]);
  const ys = lines(near, "y", "height", [a.y, b.y, (a.y + b.y) / 2]);
  const [w, goalX, goalY] = [xs.length, xs.indexOf(Math.round(b.x)), ys.indexOf(Math.round(b.y))];
  const blocked = (x, y) => near.some((box) => x > box.x - 6 && x < box.x + box.width + 6 && y > box.y - 6 && y < box.y + box.height + 6);
  const costs = new Map();
  const came = new Map();
  const heap = new Heap();
  const id = (i, j, d) => (j * w + i) * 2 + d;
  const rest = (i, j) => Math.abs(xs[i] - xs[goalX]) + Math.abs(ys[j] - ys[goalY]);
  const first = OUT[side][0] !== 0 ? 0 : 1;
  const begin = id(xs.indexOf(Math.round(a.x)), ys.indexOf(Math.round(a.y)), first);
  costs.set(begin, 0);
  heap.push(begin, 0);
  while (heap.size) {
    const state = heap.pop();
    const d = state % 2;
    const i = (state >> 1) % w;
    const j = Math.floor((state >> 1) / w);
    if (i === goalX && j === goalY) return traced(came, state, (each) => ({ x: xs[(each >> 1) % w], y: ys[Math.floor((each >> 1) / w)] }));
    for (const [di, dj] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
      const [ni, nj] = [i + di, j + dj];
      if (ni < 0 || nj < 0 || ni >= w || nj >= ys.length) continue;
      const [mx, my] = [(xs[i] + xs[ni]) / 2, (ys[j] + ys[nj]) / 2];
      if (blocked(mx, my)) continue;
      const nd = di ? 0 : 1;
      const length = Math.abs(xs[ni] - xs[i]) + Math.abs(ys[nj] - ys[j]);
      const cost = costs.get(state) + length + (nd === d ? 0 : BEND) + (taken(used, nd, mx, my) ? SHARED + length : 0);
      const next = id(ni, nj, nd);
      if (cost >= (costs.get(next) ?? Infinity)) continue;
      costs.set(next, cost);
      came.set(next, state);
      heap.push(next, cost + rest(ni, nj));
    }
  }
  return undefined;
};

const traced = (came, state, point) => {
  const found = [];
  for (let at = state; at !== undefined; at = came.get(at)) found.push(point(at));
  return found.reverse();
};

/** Without points in the middle of a straight line. */
const simple = (points) => {
  const found = [];
  for (const point of points) {
    const [before, last] = [found.at(-2), found.at(-1)];
    if (last && Math.abs(last.x - point.x) < 1 && Math.abs(last.y - point.y) < 1) continue;
    const straight = before && ((Math.abs(before.x - last.x) < 1 && Math.abs(last.x - point.x) < 1) || (Math.abs(before.y - last.y) < 1 && Math.abs(last.y - point.y) < 1));
    if (straight) found.pop();
    found.push(point);
  }
  return found;
};

const note = (points, used) => {
  for (let n = 1; n < points.length; n += 1) {
    const [a, b] = [points[n - 1], points[n]];
    const across = Math.abs(a.y - b.y) < 1;
    used.push(across ? { d: 0, at: a.y, low: Math.min(a.x, b.x), high: Math.max(a.x, b.x) } : { d: 1, at: a.x, low: Math.min(a.y, b.y), high: Math.max(a.y, b.y) });
  }
};

const taken = (used, d, x, y) => {
  const [at, along] = d === 0 ? [y, x] : [x, y];
  return used.some((each) => each.d === d && Math.abs(each.at - at) < 7 && along > each.low && along < each.high);
};

/** Where a label of a way lies: on a long straight part, off stages and other labels. */
export const labelPlace = (points, size, boxes, labels) => {
  const parts = points.slice(1).map((b, n) => ({ a: points[n], b, length: Math.abs(b.x - points[n].x) + Math.abs(b.y - points[n].y) }));
  parts.sort((one, other) => weight(other, size) - weight(one, size));
  const free = (at) => {
    const box = { x: at.x - size.width / 2, y: at.y - size.height / 2, ...size };
    return ![...boxes, ...labels].some((each) => overlaps(box, each));
  };
  for (const part of parts) {
    for (const share of [0.5, 0.3, 0.7, 0.15, 0.85]) {
      const at = { x: part.a.x + (part.b.x - part.a.x) * share, y: part.a.y + (part.b.y - part.a.y) * share };
      if (free(at)) return at;
    }
  }
  const [best] = parts;
  return { x: (best.a.x + best.b.x) / 2, y: (best.a.y + best.b.y) / 2 };
};

const weight = (part, size) => (Math.abs(part.a.y - part.b.y) < 1 ? part.length - size.width / 2 : part.length - size.height);
export const overlaps = (a, b) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

/** The least first. */
class Heap {
  #rows = [];
  get size() {
    return this.#rows.length;
  }
  push(value, cost) {
    const rows = this.#rows;
    rows.push([cost, value]);
    for (let n = rows.length - 1; n > 0; ) {
      const up = (n - 1) >> 1;
      if (rows[up][0] <= rows[n][0]) break;
      [rows[up], rows[n]] = [rows[n], rows[up]];
      n = up;
    }
  }
  pop() {
    const rows = this.#rows;
    const [, value] = rows[0];
    const last = rows.pop();
    if (!rows.length) return value;
    rows[0] = last;
    for (let n = 0; ; ) {
      const left = 2 * n + 1;
      const least = left + 1 < rows.length && rows[left + 1][0] < rows[left][0] ? left + 1 : left;
      if (left >= rows.length || rows[least][0] >= rows[n][0]) return value;
      [rows[least], rows[n]] = [rows[n], rows[least]];
      n = least;
    }
  }
}
