// Ways out of findings, where one is evident: each a button that does it, as a step that can be undone.
import { change } from "./canvas_change.js";
import { connect } from "./canvas_connect.js";
import { titleOf } from "./canvas_words.js";
import { t } from "./dom.js";
import { find, rows, at, bodyOf, isMap } from "./graph_stages.js";
import { addStage } from "./graph_edits.js";
import { state } from "./canvas_state.js";
import { store } from "./store.js";

const nameOf = (node) => titleOf(node);

const makeFinal = (node) => ({
  label: t("canvas.fix.final", { name: nameOf(node) }),
  act: () => change((value) => Object.assign(bodyOf(value, node.path), { type: "final" }), { select: [node.key], said: t("canvas.fixed") }),
});

/** By code: (finding, {node, path}) → [{label, act}]. */
const FIXES = {
  "stage.unreachable": (_, { node }) => [{ label: t("canvas.fix.reach", { name: nameOf(node) }), act: () => reach(node) }],
  "stage.dead_end": (_, { node }) => [{ label: t("canvas.fix.lead", { name: nameOf(node) }), act: () => connect({ from: node.id }) }, makeFinal(node)],
  "stage.never_done": (_, { node }) => {
    const last = node.children.map((key) => state.graph.nodes.get(key)).findLast((each) => each.kind === "plain" && !state.graph.leads.get(each.key).some((edge) => edge.target));
    return last ? [makeFinal(last)] : [];
  },
  "transition.unknown_target": (_, { path }) => {
    const id = at(store.value, path);
    if (typeof id !== "string" || find(store.value, id)) return [];
    return [{ label: t("canvas.fix.add", { name: id }), act: () => addMissing(id, path) }];
  },
  "event.unknown": (_, { path }) => {
    const name = eventAt(path);
    if (!name || /^(done|failed|approval|child|data|error)\./.test(name)) return [];
    return [{ label: t("canvas.fix.declare", { name }), act: () => declare(name) }];
  },
  "event.untaken": (_, { path }) => {
    const name = path[0] === "events" ? path[1] : undefined;
    if (name === undefined) return [];
    return [{ label: t("canvas.fix.forget", { name }), act: () => change((value) => forget(value, name), { said: t("canvas.fixed") }) }];
  },
  "stage.unknown": (_, { path }) => {
    if (path[0] !== "holds" || path[2] !== "stops") return [];
    return [{ label: t("canvas.fix.unstop", { name: String(at(store.value, path)) }), act: () => change((value) => unstop(value, path), { said: t("canvas.fixed") }) }];
  },
};

/** From the stage before it, which is most likely meant; the dialog lets one choose the event. */
const reach = (node) => {
  const beside = node.parent === null ? state.graph.roots : state.graph.nodes.get(node.parent).children;
  const before = beside.slice(0, beside.indexOf(node.key)).map((key) => state.graph.nodes.get(key));
  const from = before.findLast((each) => each.kind !== "final" && each.kind !== "history") ?? [...state.graph.nodes.values()].find((each) => each.kind !== "final" && each.key !== node.key);
  if (from) connect({ from: from.id, to: node.id });
};

/** Beside the stage that leads to it, after it. */
const addMissing = (id, path) => {
  const owner = state.ownerOf({ path: path.join(".") }).key;
  const node = state.graph.nodes.get(owner);
  const parent = node?.parent ?? null;
  change((value) => {
    const container = parent === null ? ["stages"] : [...find(value, parent).path, "stages"];
    const beside = rows(at(value, container), container).map((row) => row.id);
    addStage(value, { id, parent, before: beside[beside.indexOf(owner) + 1] });
  }, { select: [id], said: t("canvas.added", { name: id }) });
};

const eventAt = (path) => {
  const place = path.lastIndexOf("on");
  const name = place >= 0 ? path[place + 1] : undefined;
  if (typeof name === "string") return name;
  const written = at(store.value, path);
  return typeof written === "string" ? written : undefined;
};

const declare = (name) => {
  change((value) => {
    if (!isMap(value.events)) value.events = {};
    value.events[name] = { by: rolesOf(value) };
  }, { select: [], said: t("canvas.fixed") });
};

/** Those who may start an order may send it, until somebody says otherwise. */
const rolesOf = (value) => {
  const by = value.start?.by;
  return Array.isArray(by) && by.length ? [...by] : typeof by === "string" ? [by] : ["requester"];
};

const forget = (value, name) => {
  delete value.events[name];
  if (!Object.keys(value.events).length) delete value.events;
};

const unstop = (value, path) => {
  const holder = at(value, path.slice(0, -1));
  if (Array.isArray(holder)) holder.splice(path.at(-1), 1);
  else holder[path.at(-1)] = [];
};

/** [{label, act}] for a finding. */
export const fixesOf = (finding) => {
  if (!store.mayWrite) return [];
  const owner = state.ownerOf(finding);
  const node = owner.key === null ? undefined : state.graph.nodes.get(owner.key);
  const needsNode = finding.code.startsWith("stage.") && finding.code !== "stage.unknown";
  if (needsNode && !node) return [];
  return FIXES[finding.code]?.(finding, { node, path: owner.path }) ?? [];
};
