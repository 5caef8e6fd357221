// A process as a graph: what canvas and outline show. Pure: a value in, nodes and edges out.
import { activities, activityId, activityKind, everyTransition } from "./graph_slots.js";
import { everyStage, isMap } from "./graph_stages.js";

export const ANYWHERE = "*";
const RESERVED = /^(error|failed)(\.|$)/;

const kindOf = (body) => {
  if (["final", "history", "parallel"].includes(body.type)) return body.type;
  return body.stages && typeof body.stages === "object" ? "compound" : "plain";
};

const listed = (value) => (Array.isArray(value) ? value : value === undefined || value === null ? [] : [value]);

/** Roles as a person reads them: names of roles, `…` for what is described by an expression. */
export const people = (value) =>
  listed(value)
    .map((each) => (typeof each === "string" ? each : isMap(each) && typeof each.role === "string" ? each.role : isMap(each) ? "…" : ""))
    .filter(Boolean);

const undos = (body) => {
  const acts = [...listed(body.entry), ...listed(body.exit), ...activities(body)];
  return acts.filter((each) => isMap(each) && each.undo !== undefined).length;
};

const decides = (body) => listed(body.entry).filter((each) => isMap(each) && typeof (each.decide ?? each.infer) === "string");

/** What a stage is mainly about: its first activity, else a decision on entry. */
const about = (body, kind) => {
  if (kind !== "plain" && kind !== "compound") return { what: kind };
  const [first] = activities(body);
  if (first) {
    const what = activityKind(first);
    const roles = what === "task" ? people(first.by).join(", ") : "";
    return { what: what ?? "plain", name: roles || (what === "wait" ? String(first.wait) : activityName(first, what)) };
  }
  if (kind === "compound") return { what: kind };
  const [decision] = decides(body);
  if (decision) return { what: "decide", name: decision.decide ?? decision.infer };
  return { what: typeof body.use === "string" ? "use" : "plain", name: body.use };
};

const activityName = (activity, what) => {
  const named = what ? activity[what] : "";
  return typeof named === "string" ? named : activityId(activity);
};

/**
 * {nodes, roots, edges, stays}. `nodes`: Map of key → {key, id, path, parent (key or null), kind,
 * body, children (keys), depth, first, about, marks, targets}; the key is the id, made unlike where
 * an id comes twice. `edges`: {key, from, to (keys; `ANYWHERE` for the process), trigger, event,
 * guard, otherwise, roles, path, target}. What leads to no stage that exists has no edge but stands
 * in `leads` of its node, as what stays does.
 */
export const graphOf = (value) => {
  const nodes = new Map();
  const byId = new Map();
  const byPath = new Map();
  const roots = [];
  for (const stage of everyStage(isMap(value) ? value : {})) {
    const key = nodes.has(stage.id) ? unlikeKey(nodes, stage.id) : stage.id;
    const parent = stage.parent ? byPath.get(stage.parent.path.join("\n")) : null;
    const node = nodeOf(stage, key, parent);
    nodes.set(key, node);
    if (!byId.has(stage.id)) byId.set(stage.id, key);
    byPath.set(stage.path.join("\n"), node);
    (parent ? parent.children : roots).push(key);
  }
  const edges = [];
  const leads = new Map([[ANYWHERE, []]]);
  for (const key of nodes.keys()) leads.set(key, []);
  for (const one of everyTransition(isMap(value) ? value : {})) {
    const from = one.slot.stage ? byPath.get(one.slot.stage.path.join("\n")).key : ANYWHERE;
    for (const edge of edgesOf(value, one, from, byId)) {
      leads.get(from).push(edge);
      if (edge.to !== undefined) edges.push(edge);
    }
  }
  begins(value, nodes, roots, byId);
  for (const node of nodes.values()) node.marks = marksOf(node, leads.get(node.key));
  return { nodes, roots, edges, leads, byId, holds: holdsOf(value) };
};

const unlikeKey = (nodes, id) => {
  let n = 2;
  while (nodes.has(`${id}~${n}`)) n += 1;
  return `${id}~${n}`;
};

const nodeOf = ({ id, body, path }, key, parent) => {
  const kind = kindOf(body);
  return { key, id, path, body, kind, parent: parent?.key ?? null, depth: parent ? parent.depth + 1 : 0, children: [], first: false, about: about(body, kind) };
};

const edgesOf = (value, one, from, byId) => {
  const { slot, body } = one;
  const declared = isMap(value.events) && isMap(value.events[slot.event]) ? value.events[slot.event] : {};
  const guard = body.if === undefined ? "" : String(body.if);
  const common = {
    from,
    trigger: slot.trigger,
    event: slot.event,
    heard: slot.heard ?? "",
    activity: slot.activity,
    clock: slot.clock,
    guard,
    otherwise: !guard && one.place > 0,
    roles: slot.trigger === "on" ? people(declared.by) : [],
    form: slot.trigger === "on" && (declared.form ?? declared.fields) ? String(declared.form ?? declared.fields) : "",
    acts: listed(body.actions).length,
    path: one.path,
    slot: slot.path,
  };
  if (!one.targets.length) return [{ ...common, key: one.path.join("\n"), target: undefined }];
  return one.targets.map((target) => ({ ...common, key: target.path.join("\n"), target: target.id, at: target.path, to: byId.get(target.id) }));
};

/** Which stages an order begins in: `initial`, else the first that is no history. */
const begins = (value, nodes, roots, byId) => {
  const mark = (children, initial) => {
    const named = listed(initial).map((id) => byId.get(id)).filter((key) => nodes.has(key));
    const first = children.find((key) => nodes.get(key).kind !== "history");
    for (const key of named.length ? named : first ? [first] : []) nodes.get(key).first = true;
  };
  mark(roots, value?.initial);
  for (const node of nodes.values()) if (node.kind !== "parallel") mark(node.children, node.body.initial);
};

const marksOf = (node, leads) => ({
  activities: activities(node.body).length,
  timers: leads.filter((edge) => edge.trigger === "after").length,
  errors: leads.filter((edge) => RESERVED.test(edge.heard || edge.event)).length,
  undo: undos(node.body),
  stays: leads.filter((edge) => edge.target === undefined).length,
  acts: listed(node.body.entry).length + listed(node.body.exit).length,
});

const holdsOf = (value) => {
  const found = new Map();
  for (const [name, hold] of Object.entries(isMap(value?.holds) ? value.holds : {})) {
    for (const id of listed(isMap(hold) ? hold.stops : [])) found.set(id, [...(found.get(id) ?? []), name]);
  }
  return found;
};

/** The keys inside a stage, itself first. */
export const inside = (graph, key) => {
  const found = [key];
  for (const each of found) found.push(...(graph.nodes.get(each)?.children ?? []));
  return found;
};

/** All in the order in which they are written. */
export const ordered = (graph, keys = graph.roots) => keys.flatMap((key) => [key, ...ordered(graph, graph.nodes.get(key).children)]);
