// Finding stages by what they are called, do or wait for.
import { aboutOf, eventOf, titleOf } from "./canvas_words.js";
import { say, t } from "./dom.js";
import { ordered } from "./graph.js";
import { state } from "./canvas_state.js";
import { store } from "./store.js";

const plain = (text) => text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/ł/g, "l");

const textOf = (node) => {
  const leads = state.graph.leads.get(node.key).map((edge) => `${edge.event} ${eventOf(edge, store.value)} ${edge.guard}`);
  return plain([node.id, titleOf(node), aboutOf(node), ...leads].join(" "));
};

/** Stages that fit, those first whose title begins so. */
export const hits = (typed) => {
  const text = plain(typed.trim());
  if (!text) return [];
  const found = ordered(state.graph).map((key) => state.graph.nodes.get(key)).filter((node) => textOf(node).includes(text));
  const begins = (node) => plain(titleOf(node)).startsWith(text) || node.id.startsWith(text);
  return [...found.filter(begins), ...found.filter((node) => !begins(node))];
};

/** `show(key)` brings a stage into sight. Enter goes to the next one. */
export const search = (input, show) => {
  let place = 0;
  const go = () => {
    const found = hits(input.value);
    if (!found.length) {
      if (input.value.trim()) say(t("canvas.found_none"));
      return;
    }
    const node = found[place % found.length];
    show(node.key);
    say(t("canvas.found", { name: titleOf(node), place: (place % found.length) + 1, count: found.length }));
  };
  input.addEventListener("input", () => {
    place = 0;
    go();
  });
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    place += 1;
    go();
  });
};
