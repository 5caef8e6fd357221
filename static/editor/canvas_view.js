// Looking at the canvas: moving, zooming, all of it at once, the small map.
import { h, icon, t } from "./dom.js";
import { state } from "./canvas_state.js";

const LEAST = 0.1;
const MOST = 2;
const MARGIN = 36;
// The tools above and the small map below lie over the picture.
const ABOVE = 54;
// Below this titles cannot be read; so large the beginning is shown then.
const READABLE = 0.45;
const BEGIN = 0.7;

/** `outer`: the window onto the canvas; `inner`: what is moved and scaled. */
export class View {
  constructor(outer, inner) {
    Object.assign(this, { outer, inner, x: 0, y: 0, k: 1, touched: false });
    this.map = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    this.map.setAttribute("class", "ol-cv-map");
    this.map.setAttribute("aria-hidden", "true");
    this.zoomed = h("span", { class: "small num", "data-zoom": "" }, "100 %");
    outer.append(this.map, this.#tools());
    outer.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    this.map.addEventListener("pointerdown", (event) => this.#go(event));
    this.map.addEventListener("pointermove", (event) => event.buttons && this.#go(event));
    new ResizeObserver(() => (this.touched ? this.show() : this.fit())).observe(outer);
  }

  #tools() {
    const button = (name, key, act) => h("button", { type: "button", class: "ol-ib", "aria-label": t(key), title: t(key), onclick: act, "data-view": name }, icon(name, true));
    return h("div", { class: "zoom", role: "toolbar", "aria-label": t("canvas.zoom") }, button("minus", "canvas.zoom_out", () => this.zoom(1 / 1.2)), this.zoomed, button("plus", "canvas.zoom_in", () => this.zoom(1.2)), button("fit", "canvas.fit", () => this.fit()));
  }

  show() {
    this.inner.style.transform = `translate(${this.x}px,${this.y}px) scale(${this.k})`;
    this.outer.style.backgroundPosition = `${this.x}px ${this.y}px`;
    this.outer.style.backgroundSize = `${20 * Math.max(this.k, 0.5)}px ${20 * Math.max(this.k, 0.5)}px`;
    this.zoomed.textContent = `${Math.round(this.k * 100)} %`;
    this.#showMap();
  }

  /** The point of the picture under a point of the screen. */
  at({ clientX, clientY }) {
    const box = this.outer.getBoundingClientRect();
    return { x: (clientX - box.left - this.x) / this.k, y: (clientY - box.top - this.y) / this.k };
  }

  bounds() {
    return this.all ?? this.measured();
  }

  /** What the whole picture takes, bends of edges included. */
  measured() {
    this.all = this.#measure();
    return this.all;
  }

  #measure() {
    const boxes = [...state.boxes.values()];
    const points = [...state.routes.values()].flatMap((route) => route.points);
    if (!boxes.length) return { x: 0, y: 0, width: 1, height: 1 };
    const least = (key) => Math.min(...boxes.map((box) => box[key]), ...points.map((point) => point[key]));
    const right = Math.max(...boxes.map((box) => box.x + box.width), ...points.map((point) => point.x));
    const bottom = Math.max(...boxes.map((box) => box.y + box.height), ...points.map((point) => point.y));
    const [x, y] = [least("x"), least("y")];
    return { x, y, width: right - x, height: bottom - y };
  }

  /** All of it; where that would be too small to read, first what an order begins with. */
  begin(start) {
    this.fit();
    const box = state.boxes.get(start);
    if (this.k >= READABLE || !box || !this.outer.clientWidth) return;
    this.k = BEGIN;
    const wide = this.bounds().width * this.k <= this.outer.clientWidth;
    this.x = wide ? (this.outer.clientWidth - this.bounds().width * this.k) / 2 - this.bounds().x * this.k : Math.min(MARGIN - this.bounds().x * this.k, this.outer.clientWidth / 2 - (box.x + box.width / 2) * this.k);
    this.y = MARGIN - (box.y - 40) * this.k;
    this.move(0, 0);
  }

  fit() {
    const { clientWidth, clientHeight } = this.outer;
    if (!clientWidth) return;
    const all = this.bounds();
    this.touched = false;
    this.k = Math.max(LEAST, Math.min(1.05, (clientWidth - 2 * MARGIN) / all.width, (clientHeight - 2 * ABOVE) / all.height));
    this.x = (clientWidth - all.width * this.k) / 2 - all.x * this.k;
    this.y = (clientHeight - all.height * this.k) / 2 - all.y * this.k;
    this.show();
  }

  zoom(by, point) {
    const middle = point ?? { x: this.outer.clientWidth / 2, y: this.outer.clientHeight / 2 };
    const k = Math.min(MOST, Math.max(LEAST, this.k * by));
    this.x = middle.x - ((middle.x - this.x) * k) / this.k;
    this.y = middle.y - ((middle.y - this.y) * k) / this.k;
    this.k = k;
    this.move(0, 0);
  }

  move(dx, dy) {
    this.x += dx;
    this.y += dy;
    this.touched = true;
    this.show();
  }

  /** Brings a box into sight; what is in sight already stays where it is. */
  reveal(box) {
    if (!box || !this.outer.clientWidth) return;
    const { clientWidth, clientHeight } = this.outer;
    if (this.k < 0.4) this.zoom(0.7 / this.k);
    const left = box.x * this.k + this.x;
    const top = box.y * this.k + this.y;
    const [w, tall] = [box.width * this.k, box.height * this.k];
    const shift = (at, size, room) => (at < 16 ? 16 - at : at + size > room - 16 ? Math.max(16 - at, room - 16 - at - size) : 0);
    const [dx, dy] = [shift(left, w, clientWidth), shift(top, tall, clientHeight)];
    if (dx || dy) this.move(dx, dy);
  }

  #wheel(event) {
    event.preventDefault();
    const box = this.outer.getBoundingClientRect();
    if (event.ctrlKey || event.metaKey) this.zoom(event.deltaY < 0 ? 1.1 : 1 / 1.1, { x: event.clientX - box.left, y: event.clientY - box.top });
    else this.move(event.shiftKey ? -event.deltaY : -event.deltaX, event.shiftKey ? 0 : -event.deltaY);
  }

  /** The picture is another one: what was measured of it is measured anew. */
  drawn() {
    const all = this.measured();
    const pad = Math.max(all.width, all.height) * 0.04;
    this.map.setAttribute("viewBox", `${all.x - pad} ${all.y - pad} ${all.width + 2 * pad} ${all.height + 2 * pad}`);
    const nodes = [...state.graph.nodes.values()].filter((node) => state.boxes.has(node.key));
    const rect = (box, name) => `<rect class="${name}" x="${box.x}" y="${box.y}" width="${box.width}" height="${box.height}" rx="10"/>`;
    // Numbers and names of ours alone: nothing of the definition is in this markup.
    this.map.innerHTML = `${nodes.map((node) => rect(state.boxes.get(node.key), node.children.length ? "in" : "nd")).join("")}<rect class="at"/>`;
    this.parts = new Map(nodes.map((node, n) => [node.key, this.map.children[n]]));
    this.mark();
  }

  /** What is chosen, on the small map. */
  mark() {
    for (const [key, part] of this.parts ?? []) if (part.classList.contains("on") !== state.chosen.has(key)) part.classList.toggle("on");
  }

  #showMap() {
    const at = this.map.lastElementChild;
    if (!at) return;
    const shown = { x: -this.x / this.k, y: -this.y / this.k, width: this.outer.clientWidth / this.k, height: this.outer.clientHeight / this.k };
    for (const [key, value] of Object.entries(shown)) at.setAttribute(key, value);
    const all = this.bounds();
    this.map.classList.toggle("all", shown.width >= all.width && shown.height >= all.height);
  }

  #go(event) {
    event.preventDefault();
    event.stopPropagation();
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(this.map.getScreenCTM().inverse());
    this.x = this.outer.clientWidth / 2 - point.x * this.k;
    this.y = this.outer.clientHeight / 2 - point.y * this.k;
    this.move(0, 0);
  }
}
