// Steps of an approval in words: who is asked, how many must agree, by when.
import { choose, t } from "./dom.js";
import { Exact } from "./exact.js";
import { isMap, modeOf } from "./approval_model.js";
import { names } from "./known.js";

const WORKING = /^(\d+) working (minute|hour|day)s?$/;
const ISO = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;
const UNITS = ["year", "month", "day", "hour", "minute", "second"];

/** What stands anywhere, as text. */
export const shown = (value) => {
  if (value === undefined || value === null) return "";
  if (typeof value === "string") return value;
  return typeof value === "object" && !(value instanceof Exact) ? JSON.stringify(value) : String(value);
};

const counted = (number, unit) => {
  try {
    return new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit, unitDisplay: "long" }).format(number);
  } catch {
    return `${number} ${unit}`;
  }
};

/** `8 working hours`, `P1DT2H` as people say it; what is none stays as it is. */
export const span = (value) => {
  const text = shown(value);
  const working = WORKING.exec(text);
  if (working) return t("approvals_design.span_working", { span: counted(Number(working[1]), working[2]) });
  const parts = ISO.exec(text);
  const said = parts ? UNITS.map((unit, n) => (parts[n + 1] ? counted(Number(parts[n + 1]), unit) : "")).filter(Boolean) : [];
  return said.length ? said.join(" ") : text;
};

const several = (value) => (Array.isArray(value) ? value : value === undefined || value === null ? [] : [value]);
export const spans = (value) => several(value).map(span).join(", ");
export const paths = (value) => several(value).map(shown).join(", ");

const SPECIAL = new Set(["requester", "link"]);

/** A role's title. */
export const role = (id) => {
  if (SPECIAL.has(id)) return t(`approvals_design.role.${id}`);
  const title = choose(names("role").find((each) => each.id === id)?.title);
  return shown(title) || shown(id);
};

const one = (who) => {
  if (!isMap(who)) return role(who);
  if ("users" in who) return t("approvals_design.who.users", { users: shown(who.users) });
  if ("manager_of" in who) {
    const level = Number(shown(who.level ?? 1)) || 1;
    return t(level > 1 ? "approvals_design.who.manager_up" : "approvals_design.who.manager", { level, of: shown(who.manager_of) });
  }
  if (!("role" in who)) return shown(who);
  const unit = "unit" in who ? t("approvals_design.who.unit", { unit: shown(who.unit) }) : "";
  const where = "where" in who ? t("approvals_design.who.where", { where: shown(who.where) }) : "";
  return `${role(who.role)}${unit}${where}`;
};

/** Who is asked, one after the other. */
export const people = (value) => several(value).map(one);
export const peopleText = (value) => people(value).join(t("approvals_design.or")) || t("approvals_design.who.nobody");

/** `{sign, text}`: how many must agree, as a symbol and in words. */
export const mode = (step) => {
  const { kind, number } = modeOf(step);
  if (!kind) return { sign: "?", text: shown(step?.mode) };
  const signs = { any: "1/n", all: "n/n", quorum: `${shown(number)}/n`, percent: `${shown(number)} %`, weight: `Σ ${shown(number)}` };
  return { sign: signs[kind], text: t(`approvals_design.mode.${kind}`, { number: shown(number) }) };
};

/** What a step is called: its title, else its id. */
export const titleOf = (step) => shown(choose(isMap(step) ? step.title : undefined)) || shown(isMap(step) ? step.id : step) || t("approvals_design.unnamed");

/** A step's own value, else the approval's: `{value, own}`. */
export const ownOr = (step, whole, key) => {
  if (isMap(step) && step[key] !== undefined) return { value: step[key], own: true };
  return { value: whole?.[key], own: false };
};

const timed = (key, step, whole, tell) => {
  const { value, own } = ownOr(step, whole, key);
  if (value === undefined || value === null) return [];
  return [{ key, text: `${tell(value)}${own ? "" : t("approvals_design.of_all")}` }];
};

/** What else a step says, in the order in which it happens: `[{key, text}]`. */
export const details = (step, whole) => {
  if (!isMap(step)) return [];
  const edit = step.edit === undefined || step.edit === null ? [] : [{ key: "edit", text: t("approvals_design.say.edit", { fields: paths(step.edit) }) }];
  return [
    ...timed("due", step, whole, (value) => t("approvals_design.say.due", { span: span(value) })),
    ...timed("remind", step, whole, (value) => t("approvals_design.say.remind", { spans: spans(value) })),
    ...timed("escalate", step, whole, (value) => t("approvals_design.say.escalate", { span: span(value?.after), who: peopleText(value?.to) })),
    ...timed("expire", step, whole, (value) => t("approvals_design.say.expire", { span: span(value?.after), verdict: verdict(value?.verdict) })),
    ...edit,
  ];
};

const VERDICTS = new Set(["approve", "reject", "return"]);
export const verdict = (value) => (VERDICTS.has(value) ? t(`approvals_design.verdict.${value}`) : shown(value));

export const condition = (step) => (isMap(step) && step.if !== undefined && step.if !== null ? shown(step.if) : "");

const REJECTS = new Set(["veto", "majority", "return"]);

/** What holds for all steps: `[{path, text}]`. */
export const rules = (whole) => {
  const separation = isMap(whole.separation) ? whole.separation : {};
  const on = (key, usual) => (separation[key] === undefined ? usual : separation[key] === true);
  const rejected = whole.on_reject ?? "veto";
  const found = [{ path: ["on_reject"], text: REJECTS.has(rejected) ? t(`approvals_design.on_reject.${rejected}`) : shown(rejected) }];
  const said = (key) => found.push({ path: ["separation"], text: t(`approvals_design.separation.${key}`) });
  said(on("requester", true) ? "requester" : "requester_may");
  if (on("earlier_steps", false)) said("earlier_steps");
  if (on("requester", true) && on("delegates", true)) said("delegates");
  if (whole.for_each) found.push({ path: ["for_each"], text: t("approvals_design.for_each", { each: shown(whole.for_each), key: shown(whole.key) }) });
  if (whole.undo) found.push({ path: ["undo"], text: t("approvals_design.undo", { span: span(whole.undo) }) });
  const material = paths(whole.material);
  found.push({ path: ["material"], text: material ? t("approvals_design.material", { fields: material }) : t("approvals_design.material_all") });
  return found;
};
