// The keys of canvas and outline: the same verbs in both.
import * as connects from "./canvas_connect.js";
import * as moves from "./canvas_moves.js";
import * as verbs from "./canvas_verbs.js";
import { state } from "./canvas_state.js";

/** Verbs by the name that buttons and menus have. */
export const VERBS = {
  add: () => verbs.add(),
  connect: () => connects.connect(),
  rename: () => verbs.rename(),
  remove: () => verbs.remove(),
  copy: () => verbs.copy(),
  cut: () => verbs.cut(),
  paste: () => verbs.pasteClip(),
  duplicate: () => verbs.duplicate(),
  group: () => verbs.group(),
  up: () => moves.up(),
  down: () => moves.down(),
  into: () => moves.into(),
  out: () => moves.out(),
  move: () => moves.move(),
  all: () => moves.all(),
  arrange: () => moves.arrange(),
};

const PLAIN = { n: "add", insert: "add", c: "connect", f2: "rename", delete: "remove", backspace: "remove", g: "group", m: "move" };
const CONTROL = { c: "copy", x: "cut", v: "paste", d: "duplicate", a: "all" };
const ALT = { arrowup: "up", arrowdown: "down", arrowright: "into", arrowleft: "out" };

/** The verb of a key; undefined where it has none. */
export const verbOf = (event) => {
  const key = event.key.toLowerCase();
  if (event.altKey) return event.ctrlKey || event.metaKey ? undefined : ALT[key];
  if (event.ctrlKey || event.metaKey) return event.shiftKey ? undefined : CONTROL[key];
  return event.shiftKey && key.length === 1 ? undefined : PLAIN[key];
};

/** Does what a key means. True where it did. */
export const press = (event) => {
  const verb = verbOf(event);
  if (!verb) return false;
  // What is marked as text is copied as text.
  if (verb === "copy" && String(getSelection())) return false;
  event.preventDefault();
  VERBS[verb]();
  return true;
};

const WAYS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
const NUDGE = 20;

/** The nearest stage that lies in a direction. */
export const nearest = (key, [dx, dy]) => {
  const from = middle(key);
  if (!from) return undefined;
  let best;
  for (const other of state.graph.nodes.keys()) {
    const to = middle(other);
    if (other === key || !to) continue;
    const along = (to.x - from.x) * dx + (to.y - from.y) * dy;
    const across = Math.abs((to.x - from.x) * dy) + Math.abs((to.y - from.y) * dx);
    if (along <= 4) continue;
    const cost = along + across * 2.5;
    if (!best || cost < best.cost) best = { key: other, cost };
  }
  return best?.key;
};

const middle = (key) => {
  const box = state.boxes.get(key);
  if (!box) return undefined;
  const inner = state.graph.nodes.get(key)?.children.length;
  return { x: box.x + box.width / 2, y: box.y + (inner ? 14 : box.height / 2) };
};

/** Keys of the canvas alone: to another stage, moving stages, choosing several. */
export const onCanvas = (event, { open }) => {
  const key = event.target.closest("[data-key]")?.dataset.key;
  if (!key) return;
  const way = WAYS[event.key];
  if (way && !event.altKey) {
    event.preventDefault();
    if (event.ctrlKey || event.metaKey) {
      state.shift(state.chosen.size ? [...state.chosen] : [key], way[0] * NUDGE, way[1] * NUDGE);
      return;
    }
    const to = nearest(key, way);
    if (to) {
      state.select(event.shiftKey ? [...state.chosen, to] : [to], { focus: to });
      document.dispatchEvent(new CustomEvent("canvas:focus"));
    }
  } else if (event.key === " ") {
    event.preventDefault();
    state.toggle(key);
  } else if (event.key === "Enter") {
    event.preventDefault();
    state.select([key]);
    open();
  } else if (event.key === "Escape") state.select([]);
  else press(event);
};
