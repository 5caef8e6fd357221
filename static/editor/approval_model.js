// The steps of an approval as lanes, and what may be done with them. Works on any value: a draft
// may be half written.
import { copy, Exact } from "./exact.js";

export const isMap = (value) => value !== null && typeof value === "object" && !Array.isArray(value) && !(value instanceof Exact);
const listOf = (value) => (Array.isArray(value) ? value : []);
const isBeside = (entry) => isMap(entry) && "parallel" in entry;

/** One lane after the other: `{path, beside, steps: [{path, value}]}`. */
export const lanesOf = (value) =>
  listOf(value?.steps).map((entry, n) => {
    const path = ["steps", n];
    if (!isBeside(entry)) return { path, beside: false, steps: [{ path, value: entry }] };
    const inner = listOf(entry.parallel).map((step, m) => ({ path: [...path, "parallel", m], value: step }));
    return { path, beside: true, steps: inner };
  });

export const stepsOf = (value) => lanesOf(value).flatMap((lane) => lane.steps);

/** The path of the step that a path lies in or is; undefined where it is in none. */
export const stepAt = (value, path) => {
  const name = path.join(".");
  return stepsOf(value).find((each) => name === each.path.join(".") || name.startsWith(`${each.path.join(".")}.`))?.path;
};

/** How many must agree: `{kind: any all quorum percent weight, number}`; kind "" where it says nothing known. */
export const modeOf = (step) => {
  const mode = step?.mode;
  if (mode === undefined || mode === null || mode === "any") return { kind: "any", number: 1 };
  if (mode === "all") return { kind: "all", number: 1 };
  const kind = isMap(mode) ? ["quorum", "percent", "weight"].find((each) => each in mode) : undefined;
  return kind ? { kind, number: mode[kind] } : { kind: "", number: 1 };
};

/** An id that no step has. */
export const freeId = (value, wanted) => {
  const taken = new Set(stepsOf(value).map((each) => each.value?.id));
  if (!taken.has(wanted)) return wanted;
  for (let n = 2; ; n += 1) if (!taken.has(`${wanted}-${n}`)) return `${wanted}-${n}`;
};

// ── changes: each takes a copy that may be changed, and gives the step that it is about ──────

/** Adds a step `before`, `after` or `beside` the one at a path; without a path at the end. */
export const add = (value, path, where, approvers) => put(value, path, where, { id: freeId(value, "step"), approvers });

/** The same step again, beside or after it. */
export const duplicate = (value, path) => {
  const step = copy(reached(value, path));
  if (isMap(step)) step.id = freeId(value, typeof step.id === "string" ? step.id : "step");
  return put(value, path, path.length > 2 ? "beside" : "after", step);
};

export const remove = (value, path) => {
  if (Array.isArray(value.steps)) taken(value, path);
};

/** `before` and `after` change places with the lane there, or leave the steps that stand beside;
 *  `up` and `down` change places beside each other. */
export const move = (value, path, way) => {
  const [, n, , m] = path;
  const step = reached(value, path);
  if (way === "up" || way === "down") return m === undefined ? step : swap(value.steps[n].parallel, m, way === "up" ? -1 : 1);
  const by = way === "before" ? -1 : 1;
  if (m === undefined) return swap(value.steps, n, by);
  const lane = value.steps[n];
  lane.parallel.splice(m, 1);
  value.steps.splice(by < 0 ? n : n + 1, 0, step);
  tidy(value, lane);
  return step;
};

/** Puts a step beside those of the lane before (-1) or after it (1). */
export const join = (value, path, by) => {
  const target = value.steps[path[1] + by];
  if (target === undefined) return reached(value, path);
  return moveTo(value, path, { beside: path[1] + by });
};

/** Puts a step elsewhere: `{gap: n}` before the lane n, `{beside: n}` into the lane n. */
export const moveTo = (value, path, { gap, beside }) => {
  const marks = [...value.steps];
  const step = reached(value, path);
  const place = beside === undefined ? marks[gap] : marks[beside];
  if (beside !== undefined && beside === path[1]) return step;
  if (beside === undefined && path.length < 3 && (gap === path[1] || gap === path[1] + 1)) return step;
  const lane = marks[path[1]];
  if (path.length < 3) value.steps.splice(path[1], 1);
  else lane.parallel.splice(path[3], 1);
  if (beside !== undefined) into(value, value.steps.indexOf(place), step, beside > path[1] ? "first" : "last");
  else value.steps.splice(place === undefined ? value.steps.length : value.steps.indexOf(place), 0, step);
  if (path.length > 2) tidy(value, lane);
  return step;
};

/** Where a step stands now. */
export const pathOf = (value, step) => stepsOf(value).find((each) => each.value === step)?.path;

const reached = (value, path) => path.reduce((inner, key) => inner?.[key], value);

const put = (value, path, where, step) => {
  if (!Array.isArray(value.steps)) value.steps = [];
  delete value.matrix;
  const [, n = value.steps.length, , m] = path ?? [];
  if (where !== "beside" || !path) value.steps.splice(where === "before" || !path ? n : n + 1, 0, step);
  else if (m !== undefined) value.steps[n].parallel.splice(m + 1, 0, step);
  else into(value, n, step, "last");
  return step;
};

const into = (value, n, step, end) => {
  const lane = value.steps[n];
  const steps = isBeside(lane) ? listOf(lane.parallel) : [lane];
  const all = end === "first" ? [step, ...steps] : [...steps, step];
  if (isBeside(lane)) lane.parallel = all;
  else value.steps[n] = { parallel: all };
};

const taken = (value, path) => {
  const lane = value.steps[path[1]];
  if (path.length < 3) return value.steps.splice(path[1], 1);
  lane.parallel.splice(path[3], 1);
  return tidy(value, lane);
};

/** One step beside nothing stands alone; what else the author wrote there stays. */
const tidy = (value, lane) => {
  const n = value.steps.indexOf(lane);
  const only = Object.keys(lane).length === 1;
  if (lane.parallel.length === 0) value.steps.splice(n, 1);
  else if (lane.parallel.length === 1 && only) value.steps[n] = lane.parallel[0];
};

const swap = (list, n, by) => {
  const step = list[n];
  const other = n + by;
  if (other < 0 || other >= list.length) return step;
  [list[n], list[other]] = [list[other], list[n]];
  return step;
};
