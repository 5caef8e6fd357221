// Stages that are copied, and put in again under ids of their own. Pure.
import { addStage, outermost, refer } from "./graph_edits.js";
import { copy } from "./exact.js";
import { everyStage, find, ids, isMap, unlike } from "./graph_stages.js";

/** {stages: [{id, body}]}: copies of stages with all that is inside. */
export const clipped = (value, chosen) => ({
  stages: outermost(value, chosen).map((id) => {
    const { body } = find(value, id);
    const { id: _, ...own } = copy(body);
    return { id, body: own };
  }),
});

/** What somebody pasted, if it is such a clip. */
export const readClip = (found) => {
  const fits = isMap(found) && Array.isArray(found.stages) && found.stages.length > 0;
  return fits && found.stages.every((each) => isMap(each) && typeof each.id === "string" && isMap(each.body)) ? found : undefined;
};

/** Puts stages in, into `parent` before `before`; ids that are there already get a number. What the
 *  stages say of each other goes with them. Answers with the ids of those put in. */
export const paste = (value, clip, { parent = null, before } = {}) => {
  const taken = ids(value);
  const names = new Map();
  const part = { stages: Object.fromEntries(clip.stages.map(({ id, body }) => [id, copy(body)])) };
  for (const stage of everyStage(part)) {
    const id = unlike(taken, stage.id);
    taken.add(id);
    names.set(stage.id, id);
  }
  const made = renamed(part, names);
  refer(made, names);
  const own = Object.entries(made.stages);
  for (const [id, body] of own) addStage(value, { id, body, parent, before });
  return own.map(([id]) => id);
};

const renamed = (holder, names) => {
  if (Array.isArray(holder.stages)) {
    holder.stages = holder.stages.map((row) => (isMap(row) ? renamed({ ...row, id: names.get(row.id) ?? row.id }, names) : row));
  } else if (isMap(holder.stages)) {
    const pairs = Object.entries(holder.stages);
    holder.stages = Object.fromEntries(pairs.map(([id, body]) => [names.get(id) ?? id, isMap(body) ? renamed(body, names) : body]));
  }
  return holder;
};
