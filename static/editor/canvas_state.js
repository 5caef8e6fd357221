// What canvas, outline and properties share: the graph of the draft, where it lies, what is chosen.
import { loadTitles } from "./canvas_words.js";
import { ANYWHERE, graphOf } from "./graph.js";
import { around, DOT, startKey } from "./layout.js";
import { layOut, measure } from "./layout_elk.js";
import { allRoutes } from "./layout_routes.js";
import { freePlace, makeRoom } from "./layout_place.js";
import { get, post } from "./page.js";
import { placeOf } from "./panel_place.js";
import { stringify } from "./exact.js";
import { store } from "./store.js";

const SAVE_AFTER = 400;

/** Events: `graph` (it changed), `layout` (where it lies), `selection`. */
class State extends EventTarget {
  graph = graphOf(store.value);
  boxes = new Map();
  routes = new Map();
  places = new Map();
  chosen = new Set();
  edge = null;
  focus = null;
  #asked = 0;
  #laying = false;
  #shape = "";
  #saving = 0;

  /** Whether somebody placed stages by hand. */
  get manual() {
    return this.places.size > 0;
  }

  async begin() {
    const [kept] = await Promise.all([get(`${store.base}/layout`).catch(() => ({})), loadTitles().catch(() => {})]);
    for (const [key, [x, y]] of Object.entries(kept ?? {})) this.places.set(key, { x, y });
    store.addEventListener("changed", () => this.refresh());
    for (const name of ["checked", "saved"]) store.addEventListener(name, () => this.#tell("findings"));
    this.#tell("graph");
    await this.lay();
  }

  refresh() {
    this.graph = graphOf(store.value);
    for (const key of this.chosen) if (!this.graph.nodes.has(key)) this.chosen.delete(key);
    if (this.edge && !this.edgeOf(this.edge)) this.edge = null;
    this.#tell("graph");
    this.lay();
  }

  /** The transition of a key, also one that leads nowhere. */
  edgeOf(key) {
    for (const edges of this.graph.leads.values()) {
      const found = edges.find((edge) => edge.key === key);
      if (found) return found;
    }
    return undefined;
  }

  /** Lays the picture out, if its shape changed. While one layout is made others wait, as one. */
  async lay({ anew = false } = {}) {
    const shape = this.#shapeOf();
    if (!anew && shape === this.#shape) return;
    this.#shape = shape;
    if (this.manual) {
      this.#byHand();
      return;
    }
    this.#asked += 1;
    if (this.#laying) return;
    this.#laying = true;
    const found = await this.#laid();
    this.#laying = false;
    if (this.manual) return;
    this.boxes = found.boxes;
    this.routes = allRoutes(this.graph, this.boxes, found.routes, measure);
    this.#tell("layout");
  }

  async #laid() {
    for (;;) {
      const asked = this.#asked;
      const found = await layOut(this.graph);
      if (asked === this.#asked) return found;
    }
  }

  #shapeOf() {
    const nodes = [...this.graph.nodes.values()].map((node) => [node.key, node.parent, node.kind, node.first]);
    return JSON.stringify([nodes, this.graph.edges.map((edge) => [edge.key, edge.from, edge.to])]);
  }

  #byHand() {
    for (const node of this.graph.nodes.values()) {
      if (node.children.length || this.places.has(node.key)) continue;
      this.places.set(node.key, freePlace(this.graph, node, this.places));
      makeRoom(this.graph, node, this.places);
    }
    this.boxes = around(this.graph, this.#withDots());
    this.routes = allRoutes(this.graph, this.boxes, new Map(), measure);
    this.#tell("layout");
  }

  /** Dots lie left of what begins, the process itself over the first stage. */
  #withDots() {
    const all = new Map(this.places);
    const boxes = around(this.graph, all);
    for (const node of this.graph.nodes.values()) {
      if (!node.first || all.has(startKey(node.parent))) continue;
      const box = boxes.get(node.key);
      all.set(startKey(node.parent), { x: box.x - 34, y: box.y + (node.children.length ? 14 : box.height / 2) - DOT / 2 });
    }
    const top = [...boxes.values()].reduce((y, box) => Math.min(y, box.y), 0);
    if (this.graph.edges.some((edge) => edge.from === ANYWHERE) && !all.has(ANYWHERE)) all.set(ANYWHERE, { x: 0, y: top - 80 });
    return all;
  }

  /** Moves stages (and what is inside) by so many pixels; the first time all are held in place. */
  shift(keys, dx, dy) {
    if (!this.manual) {
      for (const [key, { x, y }] of this.boxes) {
        const node = this.graph.nodes.get(key);
        if (key === ANYWHERE || (node && !node.children.length)) this.places.set(key, { x, y });
      }
    }
    for (const key of this.#leaves(keys)) {
      const { x, y } = this.places.get(key) ?? this.boxes.get(key);
      this.places.set(key, { x: Math.round(x + dx), y: Math.round(y + dy) });
    }
    this.#byHand();
    this.keep();
  }

  #leaves(keys) {
    const found = new Set();
    const look = (key) => {
      const node = this.graph.nodes.get(key);
      if (!node || !node.children.length) found.add(key);
      else node.children.forEach(look);
    };
    keys.forEach(look);
    return found;
  }

  /** Gives up what was placed by hand. */
  async arrange() {
    this.places.clear();
    this.keep();
    await this.lay({ anew: true });
  }

  keep() {
    if (!store.mayWrite) return;
    clearTimeout(this.#saving);
    this.#saving = setTimeout(() => {
      const known = [...this.places].filter(([key]) => key === ANYWHERE || this.graph.nodes.has(key));
      post(`${store.base}/layout`, { positions: stringify(Object.fromEntries(known.map(([key, { x, y }]) => [key, [x, y]]))) }).catch(() => {});
    }, SAVE_AFTER);
  }

  /** Chooses stages by their keys; `focus`: the one that keys act on. */
  select(keys, { focus } = {}) {
    this.chosen = new Set([...keys].filter((key) => this.graph.nodes.has(key)));
    this.edge = null;
    this.focus = focus ?? [...this.chosen].at(-1) ?? this.focus;
    this.#tell("selection");
  }

  toggle(key) {
    const chosen = new Set(this.chosen);
    if (!chosen.delete(key)) chosen.add(key);
    this.select(chosen, { focus: key });
  }

  selectEdge(key) {
    this.chosen = new Set();
    this.edge = key;
    this.#tell("selection");
  }

  /** The chosen stages as nodes, in the order written. */
  get nodes() {
    return [...this.graph.nodes.values()].filter((node) => this.chosen.has(node.key));
  }

  /** {key, edge} of a finding: the innermost stage at whose path or below it lies. */
  ownerOf(finding) {
    const path = placeOf(finding.path, store.value);
    const begins = (one) => one.length <= path.length && one.every((key, n) => String(key) === String(path[n]));
    let owner = null;
    for (const node of this.graph.nodes.values()) if (begins(node.path) && (!owner || node.path.length > owner.path.length)) owner = node;
    const edge = (this.graph.leads.get(owner?.key ?? ANYWHERE) ?? []).find((each) => begins(each.path));
    return { key: owner?.key ?? null, edge: edge?.key, path };
  }

  /** Findings by stage: Map of key (null: the process) → findings. */
  findings() {
    const found = new Map();
    for (const finding of store.findings ?? []) {
      const { key } = this.ownerOf(finding);
      found.set(key, [...(found.get(key) ?? []), finding]);
    }
    return found;
  }

  #tell(name) {
    this.dispatchEvent(new Event(name));
  }
}

export const state = new State();
