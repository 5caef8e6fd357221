// The pointer on the canvas: choosing, moving stages, into others too, drawing transitions, a frame
// around many, moving the paper.
import { h } from "./dom.js";
import { inside } from "./graph.js";
import { state } from "./canvas_state.js";
import { store } from "./store.js";
import { connect } from "./canvas_connect.js";
import { moveInto } from "./canvas_moves.js";

const SLACK = 4;

export class Pointer {
  /** `view`: where one looks; `edges`: the layer of transitions; `nodes`: the stages. */
  constructor(view, nodes, edges) {
    Object.assign(this, { view, nodes, edges });
    view.outer.addEventListener("pointerdown", (event) => this.#down(event));
    view.outer.addEventListener("dblclick", (event) => this.#twice(event));
  }

  #down(event) {
    if (event.button !== 0 && event.button !== 1) return;
    if (event.target.closest(".zoom, .ol-cv-map, .ol-cv-find, .ol-cv-keys")) return;
    const key = event.target.closest("[data-key]")?.dataset.key;
    const edge = event.target.closest("[data-edge]")?.dataset.edge;
    const from = event.target.closest(".hd-c")?.parentElement;
    if (event.button === 1) this.#pan(event);
    else if (from) this.#draw(event, from.dataset.key ?? from.dataset.box);
    else if (key) this.#move(event, key);
    else if (edge) state.selectEdge(edge);
    else if (event.shiftKey) this.#frame(event);
    else this.#pan(event);
  }

  #twice(event) {
    if (event.target.closest("[data-key]")) document.dispatchEvent(new CustomEvent("canvas:verb", { detail: "rename" }));
  }

  /** Follows the pointer until it is let go. */
  #follow(event, { moved, dropped }) {
    const begin = { x: event.clientX, y: event.clientY };
    let far = false;
    const move = (now) => {
      far ||= Math.hypot(now.clientX - begin.x, now.clientY - begin.y) > SLACK;
      if (far) moved?.(now, { dx: (now.clientX - begin.x) / this.view.k, dy: (now.clientY - begin.y) / this.view.k });
    };
    const end = (now) => {
      removeEventListener("pointermove", move);
      removeEventListener("pointerup", end);
      removeEventListener("pointercancel", end);
      dropped?.(now, far, { dx: (now.clientX - begin.x) / this.view.k, dy: (now.clientY - begin.y) / this.view.k });
    };
    addEventListener("pointermove", move);
    addEventListener("pointerup", end);
    addEventListener("pointercancel", end);
  }

  #pan(event) {
    event.preventDefault();
    this.view.outer.focus({ preventScroll: true });
    let last = event;
    const moved = (now) => {
      this.view.move(now.clientX - last.clientX, now.clientY - last.clientY);
      last = now;
    };
    this.#follow(event, { moved, dropped: (_, far) => !far && state.select([]) });
  }

  #frame(event) {
    event.preventDefault();
    const from = this.view.at(event);
    const shown = h("div", { class: "ol-cv-frame" });
    this.view.inner.append(shown);
    const box = (now) => {
      const to = this.view.at(now);
      return { x: Math.min(from.x, to.x), y: Math.min(from.y, to.y), width: Math.abs(to.x - from.x), height: Math.abs(to.y - from.y) };
    };
    const moved = (now) => {
      const { x, y, width, height } = box(now);
      Object.assign(shown.style, { left: `${x}px`, top: `${y}px`, width: `${width}px`, height: `${height}px` });
    };
    const dropped = (now, far) => {
      shown.remove();
      if (!far) return;
      const frame = box(now);
      const caught = (each) => each && each.x >= frame.x && each.y >= frame.y && each.x + each.width <= frame.x + frame.width && each.y + each.height <= frame.y + frame.height;
      state.select([...state.graph.nodes.keys()].filter((key) => caught(state.boxes.get(key))));
    };
    this.#follow(event, { moved, dropped });
  }

  #move(event, key) {
    const many = event.shiftKey || event.ctrlKey || event.metaKey;
    if (many) {
      event.preventDefault();
      state.toggle(key);
      return;
    }
    if (!state.chosen.has(key)) state.select([key]);
    const chosen = [...state.chosen];
    const moving = new Set(chosen.flatMap((each) => inside(state.graph, each)));
    let over;
    const moved = (now, { dx, dy }) => {
      if (!store.mayWrite) return;
      this.#lift(moving, dx, dy);
      over = this.#under(now, moving);
      this.#target(over);
    };
    const dropped = (now, far, { dx, dy }) => {
      this.#target(undefined);
      if (!far) {
        state.select([key]);
        return;
      }
      if (!store.mayWrite) return;
      const parent = state.graph.nodes.get(key).parent;
      const into = over ?? null;
      const elsewhere = into !== parent && !now.altKey && (into !== null || !this.#within(now, parent));
      const manual = state.manual;
      if (elsewhere && chosen.every((each) => state.graph.nodes.get(each).key === state.graph.nodes.get(each).id)) {
        if (manual) state.shift(chosen, dx, dy);
        if (moveInto(chosen, into)) return;
      }
      state.shift(chosen, dx, dy);
    };
    this.#follow(event, { moved, dropped });
  }

  /** Shows stages elsewhere while they are held; their transitions follow straight. */
  #lift(moving, dx, dy) {
    const shifted = new Map();
    for (const key of moving) {
      const box = state.boxes.get(key);
      const element = this.nodes.keyed.of(key);
      if (!box || !element) continue;
      shifted.set(key, { ...box, x: box.x + dx, y: box.y + dy });
      element.style.left = `${box.x + dx}px`;
      element.style.top = `${box.y + dy}px`;
    }
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.edges.show({ instead: straight(shifted) }));
  }

  /** The stage with inner ones under the pointer, the innermost, not one of those that move. */
  #under(now, moving) {
    const { x, y } = this.view.at(now);
    let found;
    for (const node of state.graph.nodes.values()) {
      if (!node.children.length || moving.has(node.key)) continue;
      const box = state.boxes.get(node.key);
      const hit = box && x > box.x && x < box.x + box.width && y > box.y && y < box.y + box.height;
      if (hit && (!found || node.depth > found.depth)) found = node;
    }
    return found?.key;
  }

  #within(now, parent) {
    if (parent === null) return true;
    const { x, y } = this.view.at(now);
    const box = state.boxes.get(parent);
    return x > box.x && x < box.x + box.width && y > box.y && y < box.y + box.height;
  }

  #target(key) {
    for (const each of this.view.inner.querySelectorAll(".drop")) each.classList.remove("drop");
    if (key) this.nodes.keyed.of(key)?.classList.add("drop");
  }

  /** Draws a transition to the stage on which the pointer is let go. */
  #draw(event, from) {
    event.preventDefault();
    const box = state.boxes.get(from);
    const start = { x: box.x + box.width, y: box.y + Math.min(box.height, 54) / 2 };
    const at = (now) => document.elementFromPoint(now.clientX, now.clientY)?.closest("[data-key], [data-box]");
    const moved = (now) => {
      this.edges.show({ line: [start, this.view.at(now)] });
      this.#target(undefined);
      at(now)?.closest(".ol-nd, .ol-reg")?.classList.add("drop");
    };
    const dropped = (now, far) => {
      this.edges.show();
      this.#target(undefined);
      const found = at(now);
      const to = found?.dataset.key ?? found?.dataset.box;
      state.select([from]);
      const node = state.graph.nodes.get(to);
      if (far && node && node.key === node.id) connect({ from, to });
    };
    this.#follow(event, { moved, dropped });
  }
}

/** Transitions of stages that are being moved, as straight lines between the middles. */
const straight = (shifted) => {
  const found = new Map();
  const middle = (key) => {
    const box = shifted.get(key) ?? state.boxes.get(key);
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  };
  for (const edge of state.graph.edges) {
    const moves = shifted.has(edge.from) || shifted.has(edge.to);
    if (!moves || !state.boxes.has(edge.from) || !state.boxes.has(edge.to)) continue;
    const route = state.routes.get(edge.key);
    const both = shifted.has(edge.from) && shifted.has(edge.to);
    if (both && route) {
      const [key, box] = [...shifted].find(([each]) => each === edge.from);
      const [dx, dy] = [box.x - state.boxes.get(key).x, box.y - state.boxes.get(key).y];
      const moved = ({ x, y }) => ({ x: x + dx, y: y + dy });
      found.set(edge.key, { points: route.points.map(moved), label: route.label && moved(route.label) });
    } else found.set(edge.key, { points: [middle(edge.from), middle(edge.to)] });
  }
  return found;
};
