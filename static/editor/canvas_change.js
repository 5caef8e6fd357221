// What all verbs share: which stages are meant, one step of change, lists of stages to choose from.
import { titleOf } from "./canvas_words.js";
import { say, t } from "./dom.js";
import { ordered } from "./graph.js";
import { state } from "./canvas_state.js";
import { store } from "./store.js";

/** The chosen stages by id, in the order written; null, said, where an id comes twice. */
export const chosenIds = () => {
  const nodes = state.nodes;
  const twice = nodes.find((node) => node.key !== node.id);
  if (twice) say(t("canvas.twice", { id: twice.id }));
  return twice || !store.mayWrite ? [] : nodes.map((node) => node.id);
};

export const one = () => {
  const found = chosenIds();
  return found.length === 1 ? found[0] : undefined;
};

/** A change, then what is chosen after it, and what is said. */
export const change = (make, { select, said }) => {
  if (!store.mayWrite || !store.change(make)) return false;
  if (select) {
    state.select(select);
    document.dispatchEvent(new CustomEvent("canvas:focus"));
  }
  if (said) say(said);
  return true;
};

/** A title in the person's language; where the process has titles in several, as such a map. */
export const titled = (title) => {
  const many = store.value.title && typeof store.value.title === "object";
  return many ? { [document.documentElement.lang]: title } : title;
};

/** [[id, title, depth]] of stages in their order; `brief`: without the id where there is a title. */
export const stageOptions = (fits = () => true, { brief = false } = {}) =>
  ordered(state.graph)
    .map((key) => state.graph.nodes.get(key))
    .filter((node) => node.key === node.id && fits(node))
    .map((node) => [node.id, brief || titleOf(node) === node.id ? titleOf(node) : `${titleOf(node)} (${node.id})`, node.depth]);
