// What stages and transitions are called on canvas and outline.
import { choose, t } from "./dom.js";
import { known, names } from "./known.js";

const LANGUAGE = document.documentElement.lang || "en";
const UNITS = { Y: "year", M: "month", W: "week", D: "day" };
const TIMES = { H: "hour", M: "minute", S: "second" };
const plural = (count, unit) => new Intl.NumberFormat(LANGUAGE, { style: "unit", unit, unitDisplay: "long" }).format(count);

/** A duration as people say it: `P1DT2H` → "1 day 2 hours"; what is none stays as it is. */
export const span = (text) => {
  const working = /^(\d{1,5}) working (minute|hour|day)s?$/.exec(text);
  if (working) return t("canvas.working", { span: plural(Number(working[1]), working[2]) });
  const iso = /^P(?=[\dT])((?:\d+[YMWD])*)(?:T((?:\d+[HMS])+))?$/.exec(text);
  if (!iso) return text;
  const said = (part, units) => [...(part ?? "").matchAll(/(\d+)([A-Z])/g)].map(([, count, unit]) => plural(Number(count), units[unit]));
  return [...said(iso[1], UNITS), ...said(iso[2], TIMES)].join(" ");
};

const titles = new Map();

/** Titles of what the bundle names, for words of stages and transitions. */
export const loadTitles = async () => {
  await known();
  titles.clear();
};

/** What people call a thing of the bundle; its id where nobody gave it a title. */
const called = (sort, id) => {
  if (!titles.has(sort)) titles.set(sort, new Map(names(sort).map((each) => [each.id, choose(each.title)])));
  return titles.get(sort).get(id) || id;
};
const SPECIAL = new Set(["requester", "link"]);
export const rolesOf = (ids) => ids.map((id) => (SPECIAL.has(id) ? t(`canvas.role.${id}`) : called("role", id))).join(", ");
const ENDED = new Set(["completed", "cancelled", "rejected", "expired"]);
const endedAs = (outcome) => (ENDED.has(outcome) ? t(`canvas.ended.${outcome}`) : String(outcome));

export const titleOf = (node) => choose(node.body.title) || node.id;

// What a stage is about → the sort of thing that is named there.
const ABOUT = { verify: "decision", call: "operation", order: "process", document: "document", decide: "decision", use: "process", approval: "approval" };

/** What happens in a stage, in a few words. */
export const aboutOf = (node) => {
  const { what, name } = node.about;
  if (what === "final") return node.body.failed === true ? t("canvas.about.failed") : node.body.outcome ? t("canvas.about.outcome", { name: endedAs(node.body.outcome) }) : t("canvas.about.final");
  if (what === "parallel") return t("canvas.about.parallel", { count: node.children.length });
  if (what === "compound") return t("canvas.about.compound", { count: node.children.length });
  if (what === "history") return t("canvas.about.history");
  if (what === "compensate") return t("canvas.about.compensate");
  if (what === "wait") return String(name ?? "");
  if (what === "task") return name ? t("canvas.about.task", { name: rolesOf(name.split(", ")) }) : t("canvas.about.task_of_nobody");
  if (ABOUT[what]) return called(ABOUT[what], String(name ?? "").replace(/@.*$/, ""));
  return t("canvas.about.plain");
};

const KINDS = {
  task: ["square", "info"], approval: ["approve", "warn"], verify: ["tasks", "info"], call: ["plug", "info"], order: ["order", "info"],
  document: ["file", "info"], wait: ["clock", "mute"], compensate: ["return", "info"], reserve: ["stock", "info"],
  decide: ["diamond", "vio"], use: ["link", "vio"], final: ["stop", "mute"], parallel: ["par", "mute"], compound: ["box", "mute"], history: ["refresh", "mute"],
};

/** Icon and colour of a stage. */
export const lookOf = (node) => {
  if (node.kind === "final" && node.body.failed === true) return { icon: "alert", colour: "bad" };
  const [icon, colour] = KINDS[node.about.what] ?? ["square", "info"];
  return { icon, colour };
};

const OUTCOMES = new Set(["approved", "rejected", "returned", "withdrawn", "partial", "unassignable", "voided", "failed", "ended"]);

/** What a transition waits for. */
export const eventOf = (edge, value) => {
  if (edge.trigger === "done") return t("canvas.on.done");
  if (edge.trigger === "always") return edge.guard ? "" : edge.otherwise ? t("canvas.on.otherwise") : t("canvas.on.always");
  if (edge.trigger === "history") return t("canvas.on.history");
  if (edge.trigger === "after") return clock(edge.clock ?? {}, edge.event);
  if (edge.trigger === "activity" && OUTCOMES.has(edge.event)) return t(`canvas.outcome.${edge.event}`);
  const title = edge.trigger === "on" ? choose(value.events?.[edge.event]?.title) : "";
  return title || edge.event;
};

const clock = (written, text) => {
  if (written.at !== undefined) return t("canvas.on.at", { at: String(written.at) });
  if (written.every !== undefined) return t("canvas.on.every", { span: span(String(written.every)) });
  return t("canvas.on.after", { span: span(text) });
};

const cut = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

/** The lines of an edge's label: {said, guard, who}. */
export const labelOf = (edge, value) => {
  const said = cut(eventOf(edge, value), 30);
  const end = edge.otherwise && edge.trigger !== "always" ? ` ${t("canvas.on.else")}` : "";
  return { said: said + end, guard: cut(edge.guard, 30), who: cut(rolesOf(edge.roles), 30) };
};

/** A transition in one sentence, for a screen reader and the outline. */
export const sentenceOf = (edge, graph, value) => {
  const event = eventOf(edge, value) || t("canvas.on.always");
  const target = edge.to !== undefined ? titleOf(graph.nodes.get(edge.to)) : edge.target;
  const guard = edge.guard ? t("canvas.if", { guard: edge.guard }) : "";
  const by = edge.roles.length ? t("canvas.by", { roles: rolesOf(edge.roles) }) : "";
  return { event, target: target ?? t("canvas.stays"), guard, by, missing: edge.target !== undefined && edge.to === undefined };
};

/** What a stage says to a screen reader beside its title. */
export const restOf = (node, graph, value, findings) => {
  const out = graph.leads.get(node.key).map((edge) => {
    const said = sentenceOf(edge, graph, value);
    return t("canvas.leads", { event: said.event, target: said.target });
  });
  const parts = [t(`canvas.kind.${node.kind}`), ...out];
  if (findings) parts.push(t("canvas.findings", { count: findings }));
  return parts.filter(Boolean).join(", ");
};
