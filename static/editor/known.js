// What a field may name: definitions, roles, events, stages, fields of the data.
import { h, icon, t } from "./dom.js";
import { data, get } from "./page.js";
import { store } from "./store.js";

let found = {};
let asking;

/** Everything that the bundle knows, as the server says it; asked once, and again after a save. */
export const known = () => {
  asking ??= get(`${data.base}/known`).then((answer) => {
    found = answer ?? {};
    return found;
  });
  return asking;
};
store.addEventListener("saved", () => {
  asking = undefined;
  known().then(refill);
});

/** The languages of the bundle, the first one first; of one that is open those that it says now. */
export const languages = () => {
  const own = data.kind === "bundle" && Array.isArray(store.value.languages) ? store.value.languages.filter((each) => typeof each === "string" && each) : [];
  return own.length ? own : found.languages ?? ["en", "pl", "sk"];
};

const stagesIn = (stages, depth = 0) => {
  if (!stages || typeof stages !== "object" || depth > 20) return [];
  const pairs = Array.isArray(stages) ? stages.map((each) => [each?.id, each]) : Object.entries(stages);
  return pairs.flatMap(([id, body]) => (typeof id === "string" ? [{ id, title: body?.title }, ...stagesIn(body?.stages, depth + 1)] : []));
};
const keysOf = (value) => (value && typeof value === "object" ? Object.keys(value).map((id) => ({ id })) : []);
const both = (one, other) => [...new Map([...other, ...one].map((each) => [each.id, each])).values()];

// What the definition that is open names itself, saved or not.
const OWN = {
  stage: () => stagesIn(store.value.stages),
  event: () => keysOf(store.value.events),
  hold: () => keysOf(store.value.holds),
  label: () => keysOf(store.value.labels),
  zone: () => (Intl.supportedValuesOf?.("timeZone") ?? []).map((id) => ({ id })),
};

/** The names of one sort: `[{id, title}]`. */
export const names = (sort) => {
  const fixed = found.definitions?.[sort] ?? found[sort] ?? [];
  return OWN[sort] ? both(OWN[sort](), fixed) : fixed;
};

const KINDS = {
  form: "form", approval: "approval", decide: "decision", matrix: "decision", infer: "ruleset", order: "process", use: "process", start: "process",
  notify: "message", process: "process", collection: "collection", calendar: "calendar", remind: "message", reminder: "message", requires: "decision", reads: "collection", "x-collection": "collection",
};
const IDS = {
  role: "role", approvers: "role", by: "role", access: "role", to: "stage", initial: "stage", stops: "stage", compensate: "stage", hold: "hold", unhold: "hold",
  tag: "label", untag: "label", milestone: "label", in: "stage", done: "stage", on: "stage", after: "stage", always: "stage", from: "connector",
};

/** The sort of names that stands at a place, by its schema and its key. */
export const sortOf = (field) => {
  const refs = field.seen.refs ?? [];
  const form = field.form?.refs ?? [];
  const all = [...refs, ...form];
  const key = [...field.path].reverse().find((each) => typeof each === "string" && (each in KINDS || each in IDS));
  const last = field.path.at(-1);
  if (all.includes("operation")) return "operation";
  if (all.includes("zone")) return "zone";
  if (all.includes("actor")) return "cast";
  if (all.includes("reference")) return KINDS[key];
  if (all.includes("event-name") || all.includes("event-pattern")) return "event";
  if (all.includes("person") || all.includes("people") || all.includes("receiver")) return "role";
  if (all.includes("transitions") || all.includes("one-transition")) return "stage";
  if (all.includes("path") || all.includes("paths")) return "field";
  if (all.includes("id") || all.includes("ids")) {
    if (typeof last === "string" && last in KINDS) return KINDS[last];
    return last === "id" ? undefined : IDS[key];
  }
  return undefined;
};

const LISTS = new Map();
const optionsOf = (sort) => names(sort).map((each) => h("option", { value: each.id }, typeof each.title === "string" && each.title !== each.id ? each.title : ""));
const refill = () => {
  for (const [sort, list] of LISTS) list.replaceChildren(...optionsOf(sort));
};
/** The list of a sort of names, one for all fields; filled anew when a field of it is entered. */
const listed = (sort, input) => {
  if (!LISTS.has(sort)) {
    const made = h("datalist", { id: `known-${sort}` });
    LISTS.set(sort, made);
    document.body.append(made);
    known().then(() => made.replaceChildren(...optionsOf(sort)));
  }
  const list = LISTS.get(sort);
  input.setAttribute("list", list.id);
  input.addEventListener("focus", () => list.replaceChildren(...optionsOf(sort)));
};

const OPENED = new Set(["form", "approval", "decision", "process", "message", "collection", "calendar", "ruleset", "connector", "operation"]);

/** Offers known names to an input; the answer, if there is one, is a link to what is named. */
export const offer = (field, input) => {
  const sort = sortOf(field);
  if (!sort) return null;
  listed(sort, input);
  if (!OPENED.has(sort)) return null;
  const link = h("a", { class: "ol-pf-b", hidden: true }, icon("arrow", true));
  link.look = (text) => {
    const [id] = sort === "operation" ? text.split(".") : text.split("@");
    const kind = sort === "operation" ? "connector" : sort;
    link.hidden = !names(kind).some((each) => each.id === id);
    link.href = `/definitions/${kind}/${encodeURIComponent(id)}/design`;
    link.setAttribute("aria-label", t("panel.open", { name: id }));
    link.title = t("panel.open", { name: id });
  };
  known().then(() => link.look(input.value));
  return link;
};

const KEY_SORTS = { on: "event", "own-on": "event", compute: "field", keys: undefined, set: "field", append: "field", targets: "field" };

/** Offers known names to the key of a map. */
export const offerKeys = (field, input) => {
  const refs = [...(field.seen.refs ?? []), ...(field.form?.refs ?? []), field.path.at(-1)];
  const sort = refs.map((name) => KEY_SORTS[name]).find((each) => each);
  if (!sort) return;
  listed(sort, input);
};
