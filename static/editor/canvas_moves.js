// Moving stages among each other: order, into others and out of them.
import { change, chosenIds, one, stageOptions } from "./canvas_change.js";
import { ask } from "./canvas_dialog.js";
import { titleOf } from "./canvas_words.js";
import { say, t } from "./dom.js";
import * as edits from "./graph_edits.js";
import { state } from "./canvas_state.js";
import { store } from "./store.js";

const step = (act, said) => () => {
  const id = one();
  if (!id) return;
  const name = titleOf(state.graph.nodes.get(id));
  if (!change((value) => act(value, id), { select: [id], said: t(said, { name }) })) say(t("canvas.moves_no_further", { name }));
};
export const up = step((value, id) => edits.shift(value, id, -1), "canvas.moved_up");
export const down = step((value, id) => edits.shift(value, id, 1), "canvas.moved_down");
export const into = step((value, id) => edits.indent(value, id, 1), "canvas.moved_in");
export const out = step((value, id) => edits.indent(value, id, -1), "canvas.moved_out");

/** Moves stages into another (null: to the top); nothing happens where they may not lie. */
export const moveInto = (chosen, parent, before) => {
  if (!edits.mayHold(store.value, chosen, parent)) return false;
  const name = parent === null ? t("canvas.top") : titleOf(state.graph.nodes.get(parent));
  return change((value) => edits.moveStages(value, chosen, { parent, before }), { select: chosen, said: t("canvas.moved_to", { name }) });
};

export const move = async () => {
  const chosen = chosenIds();
  if (!chosen.length) return;
  const first = state.graph.nodes.get(chosen[0]);
  const holds = (node) => edits.mayHold(store.value, chosen, node.id);
  const values = await ask({
    title: t("canvas.move_title"),
    ok: t("canvas.move"),
    fields: [
      { name: "parent", label: t("canvas.into"), value: first.parent ?? "", options: [["", t("canvas.top")], ...stageOptions(holds)] },
      { name: "before", label: t("canvas.before"), value: "", options: [["", t("canvas.last")], ...stageOptions((node) => !chosen.includes(node.id))] },
    ],
  });
  if (!values) return;
  const parent = values.parent || null;
  const before = state.graph.nodes.get(values.before)?.parent === parent ? values.before : undefined;
  moveInto(chosen, parent, before);
};

export const all = () => state.select(state.graph.nodes.keys());
export const arrange = async () => {
  await state.arrange();
  say(t("canvas.arranged"));
};
