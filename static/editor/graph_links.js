// What is done to transitions: each function changes the value it is given. Pure.
import { activities, activityId, activityKind, everyTransition, remove, set, transitions } from "./graph_slots.js";
import { at, bodyOf, find, isMap } from "./graph_stages.js";

const APPROVAL = ["approved", "rejected", "returned", "withdrawn", "unassignable", "voided"];
const FAILS = new Set(["call", "order", "document", "compensate", "reserve"]);

/** What can lead out of a stage: [{trigger, event, activity}], the likely ones first. */
export const offers = (value, stage) => {
  const found = [];
  const body = stage?.body ?? {};
  if (body.type === "history") return [{ trigger: "history", event: "" }];
  for (const activity of activities(body)) {
    const id = activityId(activity);
    const kind = activityKind(activity);
    if (kind === "approval") found.push(...APPROVAL.map((event) => ({ trigger: "activity", event, activity: id })));
    else if (FAILS.has(kind)) found.push({ trigger: "activity", event: "failed", activity: id });
  }
  const simple = stage ? [{ trigger: "done", event: "done" }, { trigger: "always", event: "" }, { trigger: "after", event: "P1D" }] : [];
  const declared = Object.keys(isMap(value.events) ? value.events : {}).filter((name) => !name.startsWith("x-"));
  const works = activities(body).length > 0 || body.stages !== undefined;
  const [done, ...rest] = simple;
  return [...found, ...(works && done ? [done] : []), ...declared.map((event) => ({ trigger: "on", event })), ...(works || !done ? [] : [done]), ...rest];
};

/** The slot in which such a transition stands; made if need be. */
const slotFor = (value, from, { trigger, event, activity }) => {
  const path = from === null ? [] : find(value, from).path;
  const body = from === null ? value : bodyOf(value, path);
  if (trigger === "done" || trigger === "always") return [...path, trigger];
  if (trigger === "history") return [...path, "to"];
  if (trigger === "activity") {
    const n = body.do.findIndex((each) => isMap(each) && activityId(each) === activity);
    body.do[n].on ??= {};
    return [...path, "do", n, "on", event];
  }
  if (trigger === "after" && Array.isArray(body.after)) {
    body.after.push({ after: event });
    return [...path, "after", body.after.length - 1];
  }
  const key = trigger === "after" ? "after" : "on";
  if (!isMap(body[key])) body[key] = {};
  return [...path, key, event];
};

/** Leads from a stage (an id; null: from any) to another. With a condition it is tried before the
 *  one without; without one it takes the place of the one that was there. Answers with its path. */
export const connect = (value, from, to, { trigger, event, activity, guard = "" }) => {
  const path = slotFor(value, from, { trigger, event, activity });
  const there = at(value, path);
  if (trigger === "after" && isMap(there) && typeof path.at(-1) === "number") {
    set(value, path, { ...there, ...(guard ? { if: guard } : {}), to });
    return path;
  }
  const made = guard ? { if: guard, to } : trigger === "always" ? { to } : to;
  if (there === undefined || there === null) {
    set(value, path, trigger === "always" && !guard ? [{ to }] : made);
    return trigger === "always" && !guard ? [...path, 0] : path;
  }
  const list = Array.isArray(there) ? there : [there];
  const open = list.findIndex((each) => !isMap(each) || each.if === undefined);
  if (!guard && open >= 0) {
    list[open] = isMap(list[open]) ? { ...list[open], to } : to;
    set(value, path, Array.isArray(there) ? list : list[0]);
    return Array.isArray(there) ? [...path, open] : path;
  }
  const place = guard && open >= 0 ? open : list.length;
  const row = isMap(made) ? made : { to };
  set(value, path, [...list.slice(0, place), row, ...list.slice(place)]);
  return [...path, place];
};

/** The transition at a path; undefined where there is none (any more). */
export const transitionAt = (value, path) => {
  const name = path.join("\n");
  for (const one of everyTransition(value)) if (one.path.join("\n") === name) return one;
  return undefined;
};

/** Leads a transition elsewhere: all of it, or one of its several targets. */
export const retarget = (value, path, to, place = 0) => {
  const one = transitionAt(value, path);
  if (one.bare) set(value, path, to);
  else if (one.targets.length > 1) set(value, one.targets[place].path, to);
  else set(value, [...path, "to"], to);
};

export const disconnect = (value, path) => remove(value, path);

/** Tried one place earlier (-1) or later (1) than those beside it. Answers with its path. */
export const shiftTransition = (value, path, step) => {
  const list = at(value, path.slice(0, -1));
  const place = path.at(-1) + step;
  if (!Array.isArray(list) || place < 0 || place >= list.length) return undefined;
  const [row] = list.splice(path.at(-1), 1);
  list.splice(place, 0, row);
  return [...path.slice(0, -1), place];
};

/** Gives what a transition waits for another name. False where that name is taken. */
export const renameEvent = (value, path, event) => {
  const one = transitionAt(value, path);
  const slot = one?.slot;
  if (!slot || !["on", "activity", "after"].includes(slot.trigger)) return undefined;
  if (slot.alone) {
    const clock = at(value, slot.path);
    const key = ["after", "at", "every"].find((each) => clock[each] !== undefined);
    clock[key] = event;
    return path;
  }
  const holder = at(value, slot.path.slice(0, -1));
  if (event in holder) return undefined;
  const pairs = Object.entries(holder).map(([key, each]) => [key === slot.path.at(-1) ? event : key, each]);
  Object.keys(holder).forEach((key) => delete holder[key]);
  Object.assign(holder, Object.fromEntries(pairs));
  return [...slot.path.slice(0, -1), event, ...path.slice(slot.path.length)];
};

/** The transition as a map that can have a condition and actions; answers with its body's path. */
export const spread = (value, path) => {
  const there = at(value, path);
  if (typeof there === "string") set(value, path, { to: there });
  return path;
};

export const beside = (value, path) => {
  const one = transitionAt(value, path);
  return one ? [...transitions(value, one.slot)] : [];
};
