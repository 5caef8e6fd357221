// What is done to stages: each function changes the value it is given (a copy, see `store.change`).
// Ids name stages; all forms of writing stay as they are.
import { everyTransition, remove, set } from "./graph_slots.js";
import { at, bodyOf, everyStage, find, ids, isMap, put, rename, rows, take, unlike } from "./graph_stages.js";

/** The process, or the body of the stage of an id, as the holder of inner stages. */
const holderOf = (value, id) => (id === null || id === undefined ? value : bodyOf(value, find(value, id).path));

/** Adds a stage at the end of `parent` (an id, null: at the top), or before the stage `before`. */
export const addStage = (value, { id, title, type, parent = null, before, body = {} }) => {
  const made = { ...body, ...(title ? { title } : {}), ...(type && type !== "plain" ? { type } : {}) };
  // A stage with inner ones begins with one: without, nothing could be entered.
  if (type === "compound" || type === "parallel") {
    if (type === "compound") delete made.type;
    made.stages = { [unlike(ids(value), `${id}-1`)]: {} };
  }
  put(holderOf(value, parent), id, Object.keys(made).length ? made : {}, before);
};

/** Without those that lie in another of them; in the order written. */
export const outermost = (value, chosen) => {
  const wanted = new Set(chosen);
  const found = [];
  for (const stage of everyStage(value)) {
    let around = stage.parent;
    while (around && !wanted.has(around.id)) around = around.parent;
    if (wanted.has(stage.id) && !around) found.push(stage.id);
  }
  return found;
};

/** Takes stages away, with the transitions that lead to them and the holds that stop them. */
export const deleteStages = (value, chosen) => {
  const gone = new Set();
  for (const id of outermost(value, chosen)) {
    const stage = find(value, id);
    gone.add(id);
    for (const inner of everyStage(value, [...stage.path, "stages"])) gone.add(inner.id);
    takeOut(value, stage.path);
  }
  return { stages: gone.size, transitions: forget(value, gone) };
};

/** Takes a stage out; a stage around it that is empty then has no inner stages any more. */
const takeOut = (value, path) => {
  const taken = take(value, path);
  const container = at(value, path.slice(0, -1));
  const outer = path.slice(0, -2);
  if (Object.keys(container).length === 0 && outer.length) {
    const body = at(value, outer);
    delete body.stages;
    delete body.initial;
    if (body.type === "parallel" || body.type === "compound") delete body.type;
  }
  return taken;
};

const forget = (value, gone) => {
  const paths = [];
  for (const one of everyTransition(value)) {
    const away = one.targets.filter((target) => gone.has(target.id));
    if (!away.length) continue;
    if (away.length === one.targets.length) paths.push(one.path);
    else set(value, [...one.path, "to"], one.targets.map((target) => target.id).filter((id) => !gone.has(id)));
  }
  // From the end, so that places in lists stay true.
  for (const path of paths.reverse()) remove(value, path);
  for (const holder of [value, ...[...everyStage(value)].map((stage) => stage.body)]) {
    keepIds(holder, "initial", gone);
  }
  for (const hold of Object.values(isMap(value.holds) ? value.holds : {})) if (isMap(hold)) keepIds(hold, "stops", gone, true);
  return paths.length;
};

const keepIds = (holder, key, gone, list = false) => {
  const named = holder[key];
  if (typeof named === "string" && gone.has(named)) {
    if (list) holder[key] = [];
    else delete holder[key];
  } else if (Array.isArray(named) && named.some((id) => gone.has(id))) {
    holder[key] = named.filter((id) => !gone.has(id));
    if (!holder[key].length && !list) delete holder[key];
  }
};

const PROSE = new Set(["title", "description", "instruction", "confirm", "labels"]);

/** Gives a stage another id everywhere in the process: targets, `initial`, holds, what is undone,
 *  `active("…")`. Answers with how many places named it. */
export const renameStage = (value, from, to) => {
  const stage = find(value, from);
  rename(value, stage.path, to);
  return refer(value, new Map([[from, to]]));
};

/** Writes other ids where stages are referred to. */
export const refer = (value, names) => {
  let count = 0;
  const other = (id) => {
    if (!names.has(id)) return id;
    count += 1;
    return names.get(id);
  };
  const swap = (holder, key) => {
    const named = holder[key];
    if (typeof named === "string") holder[key] = other(named);
    else if (Array.isArray(named)) holder[key] = named.map(other);
  };
  for (const one of [...everyTransition(value)]) for (const target of one.targets) set(value, target.path, other(target.id));
  for (const holder of [value, ...[...everyStage(value)].map((stage) => stage.body)]) swap(holder, "initial");
  for (const hold of Object.values(isMap(value.holds) ? value.holds : {})) if (isMap(hold)) swap(hold, "stops");
  const expressions = (inner, key) => {
    const each = inner[key];
    if (PROSE.has(key)) return;
    if (typeof each === "string") {
      if (key === "compensate") inner[key] = other(each);
      else inner[key] = each.replace(/\bactive\(\s*"([^"]*)"\s*\)/g, (all, id) => (names.has(id) ? all.replace(`"${id}"`, `"${other(id)}"`) : all));
    } else if (each && typeof each === "object") {
      Object.keys(each).forEach((name) => expressions(each, name));
    }
  };
  for (const key of Object.keys(value)) expressions(value, key);
  return count;
};

/** Moves stages into another (an id; null: to the top), before the stage `before`, else last. */
export const moveStages = (value, chosen, { parent = null, before } = {}) => {
  for (const id of outermost(value, chosen)) {
    if (id === before) continue;
    const { body } = takeOut(value, find(value, id).path);
    put(holderOf(value, parent), id, body, before);
  }
};

/** Whether a stage may be moved into another: not into itself or what is inside it. */
export const mayHold = (value, chosen, parent) => {
  let at_ = parent === null ? undefined : find(value, parent);
  if (at_ && ["final", "history"].includes(at_.body.type)) return false;
  for (; at_; at_ = at_.parent) if (chosen.includes(at_.id)) return false;
  return true;
};

/** One place earlier (-1) or later (1) among those beside it. False where there is none. */
export const shift = (value, id, step) => {
  const stage = find(value, id);
  const parent = stage.parent?.id ?? null;
  const path = stage.path.slice(0, -1);
  const beside = rows(at(value, path), path).map((row) => row.id);
  const place = beside.indexOf(id) + step;
  if (place < 0 || place >= beside.length) return false;
  moveStages(value, [id], { parent, before: step < 0 ? beside[place] : beside[place + 1] });
  return true;
};

/** Into the stage before it (1), or out of the one around it (-1). False where there is none. */
export const indent = (value, id, step) => {
  const stage = find(value, id);
  if (step < 0) {
    if (!stage.parent) return false;
    const outer = stage.parent.path.slice(0, -1);
    const beside = rows(at(value, outer), outer).map((row) => row.id);
    moveStages(value, [id], { parent: stage.parent.parent?.id ?? null, before: beside[beside.indexOf(stage.parent.id) + 1] });
    return true;
  }
  const path = stage.path.slice(0, -1);
  const beside = rows(at(value, path), path);
  const earlier = beside[beside.findIndex((row) => row.id === id) - 1];
  if (!earlier || !mayHold(value, [id], earlier.id)) return false;
  moveStages(value, [id], { parent: earlier.id });
  return true;
};

/** Puts stages that lie beside each other into a new one, at the place of the first. Where the order
 *  began in one of them it begins in the new one. */
export const groupStages = (value, chosen, { id, title }) => {
  const order = outermost(value, chosen);
  const first = find(value, order[0]);
  const parent = first.parent?.id ?? null;
  const holder = holderOf(value, parent);
  const began = [holder.initial].flat().find((each) => order.includes(each));
  put(holder, id, { ...(title ? { title } : {}), stages: {} }, order[0]);
  moveStages(value, order, { parent: id });
  if (began === undefined) return;
  holder.initial = Array.isArray(holder.initial) ? [...new Set(holder.initial.map((each) => (order.includes(each) ? id : each)))] : id;
  if (began !== order[0]) bodyOf(value, find(value, id).path).initial = began;
};
