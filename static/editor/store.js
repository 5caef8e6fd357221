// The draft being changed: one value, its history, its findings, its way to the server.
import { copy, same, stringify } from "./exact.js";
import { data, post } from "./page.js";

const CHECK_AFTER = 500;
const MOST_STEPS = 200;

/**
 * `value` is the whole definition; nobody changes it in place: `change` does, on a copy.
 * Paths are lists of keys and places: ["stages", "approval", "on"].
 */
class Store extends EventTarget {
  constructor() {
    super();
    Object.assign(this, data);
    this.value ??= {};
    this.savedValue = this.value;
    // The value whose findings are known.
    this.judged = this.value;
    this.undone = [];
    this.done = [];
    this.busy = false;
    this.checking = 0;
    this.asked = 0;
  }

  get changed() {
    return !same(this.value, this.savedValue);
  }

  /** What stands at a path; undefined where nothing does. */
  at(path) {
    return path.reduce((value, key) => (value === undefined || value === null ? undefined : value[key]), this.value);
  }

  /** One step that can be undone: `make(value)` changes a copy of the whole. `merge`: steps of the
   *  same name that follow each other (typing in one field) are one step. */
  change(make, { merge } = {}) {
    const value = copy(this.value);
    make(value);
    if (same(value, this.value)) return false;
    const last = this.done.at(-1);
    if (!(merge && last?.merge === merge)) this.done.push({ value: this.value, merge });
    if (this.done.length > MOST_STEPS) this.done.shift();
    this.undone = [];
    this.#now(value);
    return true;
  }

  /** Puts a value at a path; what is missing on the way becomes a map. undefined takes it away. */
  set(path, value, options = {}) {
    return this.change((whole) => {
      const way = path.slice(0, -1);
      let inner = whole;
      for (const [n, key] of way.entries()) {
        if (inner[key] === undefined || inner[key] === null) inner[key] = typeof path[n + 1] === "number" ? [] : {};
        inner = inner[key];
      }
      const key = path.at(-1);
      if (value !== undefined) inner[key] = value;
      else if (Array.isArray(inner)) inner.splice(key, 1);
      else delete inner[key];
    }, options);
  }

  /** Gives a key of a map another name, at the same place among the others. */
  rename(path, name) {
    return this.change((whole) => {
      const inner = path.slice(0, -1).reduce((value, key) => value[key], whole);
      const pairs = Object.entries(inner).map(([key, value]) => [key === path.at(-1) ? name : key, value]);
      Object.keys(inner).forEach((key) => delete inner[key]);
      Object.assign(inner, Object.fromEntries(pairs));
    });
  }

  undo() {
    const step = this.done.pop();
    if (!step) return false;
    this.undone.push({ value: this.value });
    this.#now(step.value);
    return true;
  }

  redo() {
    const step = this.undone.pop();
    if (!step) return false;
    this.done.push({ value: this.value });
    this.#now(step.value);
    return true;
  }

  /** The findings at a path or below it, those of the path itself first. */
  findingsAt(path, { below = true } = {}) {
    const name = path.join(".");
    return this.findings.filter((each) => each.path === name || (below && each.path.startsWith(`${name}.`)));
  }

  /** Asks the server what is wrong with the value as it is. */
  async check() {
    clearTimeout(this.checking);
    const mine = ++this.asked;
    const sent = this.value;
    const { status, body } = await post(`${this.base}/design/check`, { value: stringify(sent) });
    if (mine !== this.asked) return;
    if (status === 200) this.#judge(sent, mine, body.findings);
    this.#tell("checked");
  }

  /** Keeps the draft. False where somebody saved another one meanwhile, or it was refused:
   *  `refused` then says why, `differs` in what. `over`: replace the other one. */
  async save({ over = false } = {}) {
    if (this.busy) return false;
    this.busy = true;
    // What is wrong comes with the answer: asked besides, the server would look for it twice.
    clearTimeout(this.checking);
    const mine = ++this.asked;
    const told = this.judged === this.value;
    this.#tell("saving");
    const sent = this.value;
    const tag = over ? this.otherTag ?? this.tag : this.tag;
    try {
      const { status, body } = await post(`${this.base}/design`, { value: stringify(sent), tag });
      this.refused = status === 200 ? "" : body.refused ?? body.detail ?? String(status);
      this.differs = body.differs ?? [];
      this.otherTag = body.tag;
      if (status !== 200) return false;
      Object.assign(this, { tag: body.tag, saved: true, savedValue: sent, otherTag: undefined });
      this.#judge(sent, mine, body.findings);
      return true;
    } catch (error) {
      this.refused = String(error.message ?? error);
      return false;
    } finally {
      this.busy = false;
      this.#tell("saved");
      if (this.judged !== this.value) this.#checkSoon();
      else if (!told) this.#tell("checked");
    }
  }

  /** Takes what the server saved itself: one step, after which the page is as the draft. */
  taken({ value, tag, findings }) {
    clearTimeout(this.checking);
    this.asked += 1;
    this.done.push({ value: this.value });
    this.undone = [];
    Object.assign(this, { value, savedValue: value, judged: value, tag, findings, saved: true, refused: "", differs: [], otherTag: undefined });
    for (const name of ["changed", "checked", "saved"]) this.#tell(name);
  }

  /** Tells why the server did not do something else than saving. */
  refuse(body, status) {
    Object.assign(this, { refused: body.refused ?? body.detail ?? String(status), differs: body.differs ?? [], otherTag: body.tag });
    this.#tell("saved");
  }

  #now(value) {
    this.value = value;
    this.#tell("changed");
    this.#checkSoon();
  }

  #checkSoon() {
    clearTimeout(this.checking);
    // Saving says it at its end, or asks then.
    if (!this.busy) this.checking = setTimeout(() => this.check().catch(() => {}), CHECK_AFTER);
  }

  /** Takes what is wrong with a value, unless it was asked again since. */
  #judge(value, asked, findings) {
    if (asked === this.asked) Object.assign(this, { findings, judged: value });
  }

  #tell(name) {
    this.dispatchEvent(new Event(name));
  }
}

/** The one draft of this page. Events: changed, checked, saving, saved. */
export const store = new Store();
