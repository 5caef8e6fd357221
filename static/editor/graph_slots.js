// Where transitions stand in a process, whatever the form: a target alone, a map, or a list of
// these; in `on`, `done`, `always`, clocks, the `on` of an activity, the default of a history.
import { at, everyStage, isMap } from "./graph_stages.js";

/** The id of an activity: its own, else the last part of what it names. */
const NAMES = ["approval", "task", "verify", "call", "order", "document", "compensate", "reserve", "wait"];
export const activityKind = (activity) => NAMES.find((name) => isMap(activity) && activity[name] !== undefined);
export const activityId = (activity) => {
  if (!isMap(activity)) return "";
  if (typeof activity.id === "string") return activity.id;
  const kind = activityKind(activity);
  const named = activity[kind];
  if (kind === "wait" || kind === "reserve" || kind === "compensate") return kind;
  return typeof named === "string" ? named.replace(/@.*$/, "").split(".").at(-1) : "";
};
export const activities = (body) => (Array.isArray(body?.do) ? body.do : isMap(body?.do) ? [body.do] : []).filter(isMap);

/** The events of an activity's `on` as the stage hears them. */
const heard = (activity, event) => {
  const id = activityId(activity);
  if (activityKind(activity) === "approval" && event !== "failed") return `approval.${event}.${id}`;
  if (activityKind(activity) === "order" && event === "ended") return `child.ended.${id}`;
  return `${event}.${id}`;
};

const entries = (map) => Object.entries(isMap(map) ? map : {}).filter(([key]) => !key.startsWith("x-"));

/** A slot: {stage: row or null (the process), trigger, event, heard, path, alone}. `alone`: the
 *  transition itself stands there, in a list of clocks. */
export function* slots(value) {
  yield* events(null, value?.on, ["on"]);
  for (const stage of everyStage(value)) yield* slotsOf(stage);
}

export function* slotsOf(stage) {
  const { body, path } = stage;
  yield* events(stage, body.on, [...path, "on"]);
  for (const [n, activity] of (Array.isArray(body.do) ? body.do : []).entries()) {
    for (const [event] of entries(isMap(activity) ? activity.on : null)) {
      yield { stage, trigger: "activity", event, heard: heard(activity, event), activity: activityId(activity), path: [...path, "do", n, "on", event] };
    }
  }
  if (body.done !== undefined) yield { stage, trigger: "done", event: "done", path: [...path, "done"] };
  if (body.always !== undefined) yield { stage, trigger: "always", event: "", path: [...path, "always"] };
  if (Array.isArray(body.after)) {
    for (const [n, clock] of body.after.entries()) {
      if (isMap(clock)) yield { stage, trigger: "after", event: clockName(clock), clock, alone: true, path: [...path, "after", n] };
    }
  }
  for (const [span] of entries(body.after)) {
    yield { stage, trigger: "after", event: span, clock: { after: span }, path: [...path, "after", span] };
  }
  if (body.type === "history" && body.to !== undefined) {
    yield { stage, trigger: "history", event: "", path: [...path, "to"] };
  }
}

function* events(stage, on, path) {
  for (const [event] of entries(on)) yield { stage, trigger: "on", event, heard: event, path: [...path, event] };
}

const clockName = (clock) => String(clock.after ?? clock.at ?? clock.every ?? "");

/** The transitions of a slot: {slot, path, body, bare, targets: [{id, path}], place, of}. */
export function* transitions(value, slot) {
  const written = at(value, slot.path);
  const list = Array.isArray(written);
  const all = list ? written : [written];
  for (const [place, body] of all.entries()) {
    const path = list ? [...slot.path, place] : slot.path;
    const bare = typeof body === "string";
    if (!bare && !isMap(body)) continue;
    yield { slot, path, body: bare ? { to: body } : body, bare, targets: targets(body, path, bare), place, of: all.length };
  }
}

const targets = (body, path, bare) => {
  if (bare) return [{ id: body, path }];
  if (typeof body.to === "string") return [{ id: body.to, path: [...path, "to"] }];
  if (!Array.isArray(body.to)) return [];
  return body.to.flatMap((id, n) => (typeof id === "string" ? [{ id, path: [...path, "to", n] }] : []));
};

export function* everyTransition(value) {
  for (const slot of slots(value)) yield* transitions(value, slot);
}

/** Takes away what stands at a path; a list, `on` or map of clocks that is empty then goes too. */
export const remove = (value, path) => {
  const holder = at(value, path.slice(0, -1));
  const key = path.at(-1);
  if (Array.isArray(holder)) holder.splice(key, 1);
  else delete holder[key];
  const name = path.at(-2);
  const empty = Object.keys(holder).length === 0;
  const isSlot = Array.isArray(holder) || name === "on" || name === "after";
  if (empty && isSlot && path.length > 1) remove(value, path.slice(0, -1));
};

export const set = (value, path, what) => {
  at(value, path.slice(0, -1))[path.at(-1)] = what;
};
