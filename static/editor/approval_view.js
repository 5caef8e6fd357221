// What is looked at: the step that is chosen, the steps that a sample comes to. The verbs of the
// bar, the keys and the cards are the same ones.
import { say, t } from "./dom.js";
import * as model from "./approval_model.js";
import { titleOf } from "./approval_words.js";
import { names } from "./known.js";
import { store } from "./store.js";

class View extends EventTarget {
  /** Path of the step; undefined: the whole approval. */
  selected = undefined;
  /** What was found for a sample, by step id; undefined while none was tried. */
  lit = undefined;

  choose(path) {
    if (path?.join(".") === this.selected?.join(".")) return;
    this.selected = path;
    this.dispatchEvent(new Event("chosen"));
  }

  light(found) {
    this.lit = found;
    this.dispatchEvent(new Event("lit"));
  }

  /** Keeps the choice on a step that is there. */
  settle() {
    if (this.selected && store.at(this.selected) === undefined) this.choose(this.#near());
  }

  #near() {
    const [, n, , m] = this.selected;
    const lanes = model.lanesOf(store.value);
    const lane = lanes[Math.min(n, lanes.length - 1)];
    return lane?.steps[Math.min(m ?? 0, lane.steps.length - 1)]?.path;
  }
}

export const view = new View();

const firstRole = () => names("role")[0]?.id ?? "manager";

/** Changes the steps, chooses the one that it was about, and says what happened. */
const act = (change, said, about) => {
  let step;
  const changed = store.change((value) => {
    step = change(value);
  });
  if (!changed) return false;
  const path = step === undefined ? undefined : model.pathOf(store.value, step);
  if (path) view.choose(path);
  else view.settle();
  say(t(`approvals_design.said.${said}`, { step: titleOf(about ?? step) }));
  view.dispatchEvent(new Event("acted"));
  return true;
};

/** What can be done with a step, by name; each takes its path. */
export const verbs = {
  before: (path) => act((value) => model.add(value, path, "before", neighbours(path)), "added"),
  after: (path) => act((value) => model.add(value, path, "after", neighbours(path)), "added"),
  beside: (path) => act((value) => model.add(value, path, "beside", neighbours(path)), "added"),
  duplicate: (path) => act((value) => model.duplicate(value, path), "duplicated"),
  remove: (path) => act((value) => void model.remove(value, path), "removed", store.at(path)),
  earlier: (path) => act((value) => model.move(value, path, "before"), "moved"),
  later: (path) => act((value) => model.move(value, path, "after"), "moved"),
  up: (path) => act((value) => model.move(value, path, "up"), "moved"),
  down: (path) => act((value) => model.move(value, path, "down"), "moved"),
  join_before: (path) => act((value) => model.join(value, path, -1), "joined"),
  join_after: (path) => act((value) => model.join(value, path, 1), "joined"),
};

/** A new step asks whom its neighbour asks, until somebody says otherwise. */
const neighbours = (path) => (path && store.at([...path, "approvers"])) || firstRole();

export const drop = (path, target) => act((value) => model.moveTo(value, path, target), target.beside === undefined ? "moved" : "joined");

/** A step's title in this person's language, where it has one; else its id. */
export const rename = (path, text) => {
  const step = store.at(path);
  const title = step?.title;
  const language = document.documentElement.lang;
  if (!model.isMap(step) || !text || text === titleOf(step)) return false;
  const place = title && typeof title === "object" ? [...path, "title", language] : [...path, "title"];
  const changed = store.set(place, text);
  if (changed) say(t("approvals_design.said.renamed", { step: text }));
  return changed;
};
