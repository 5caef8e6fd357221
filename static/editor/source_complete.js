// What may be written at the caret: keys and values of the schema, names of the bundle, functions.
import { t } from "./dom.js";
import { get } from "./page.js";
import { placeAt } from "./source_place.js";
import { Schema, valuesOf } from "./source_schema.js";

const KINDS = {
  form: "form", approval: "approval", decide: "decision", verify: "decision", matrix: "decision", requires: "decision", infer: "ruleset", order: "process", use: "process", start: "process", process: "process",
  notify: "message", collection: "collection", reads: "collection", "x-collection": "collection", calendar: "calendar",
};
const SORTS = { by: "role", role: "role", roles: "role", approvers: "role", access: "role", to: "stage", done: "stage", initial: "stage", in: "stage", stages: "stage", on: "stage", after: "stage", always: "stage", hold: "hold", unhold: "hold", fields: "field", columns: "field", material: "field", required: "field" };
const REFS = { operation: "operation", "event-name": "event", "event-pattern": "event", person: "role", people: "role", path: "field", paths: "field", targets: "stage", transitions: "stage", "one-transition": "stage" };
const EXPRESSIONS = new Set(["expression", "expressions", "formula", "condition", "cell", "each", "until"]);
const MOST = 400;

const sortOf = (path, refs) => {
  const key = [...path].reverse().find((each) => typeof each === "string");
  const above = [...path].reverse().find((each) => each in KINDS);
  if (refs.includes("operation")) return "operation";
  if (refs.includes("actor") || key === "manager") return "cast";
  if (refs.includes("reference") && above) return KINDS[above];
  if (key in KINDS && (refs.includes("id") || refs.includes("reference"))) return KINDS[key];
  if (key in SORTS) return SORTS[key];
  const known = refs.find((each) => each in REFS);
  return known ? REFS[known] : undefined;
};

const namesOf = (known, sort) => known.definitions?.[sort] ?? known[sort] ?? [];
const asItem = (value, meta, about = "", more = {}) => ({ caption: String(value), value: String(value), meta, docText: about, score: 500, ...more });

const keys = (schema, path, rest) => {
  const colon = /^\s*:/.test(rest) ? "" : ": ";
  return Object.entries(schema.keysAt(path)).map(([key, each]) => asItem(key, each.title ?? t("source.key"), each.description ?? "", { value: `${key}${colon}`, score: 900 }));
};

const freeKeys = (schema, known, path) => {
  const refs = schema.freeAt(path);
  const key = path.at(-1);
  const sort = key === "on" || refs.some((each) => REFS[each] === "event") ? "event" : refs.some((each) => REFS[each] === "field") ? "field" : undefined;
  return sort ? namesOf(known, sort).map((each) => asItem(each.id, titleOf(each), "", { value: `${each.id}: `, score: 800 })) : [];
};

const titleOf = (each) => (each.title && each.title !== each.id ? each.title : each.type ?? t("source.name"));

const values = (schema, known, path) => {
  const forms = schema.at(path);
  const refs = forms.flatMap((each) => each.refs);
  const found = forms.flatMap((each) => valuesOf(each).map((value) => asItem(value, t("source.value"), "", { score: 900 })));
  const sort = sortOf(path, refs);
  if (sort) found.push(...namesOf(known, sort).map((each) => asItem(each.id, titleOf(each), "", { score: 800 })));
  if (refs.some((each) => EXPRESSIONS.has(each))) found.push(...expressions(known));
  return found;
};

const expressions = (known) => [
  ...namesOf(known, "field").map((each) => asItem(each.id, titleOf(each), "", { score: 700 })),
  ...(known.functions ?? []).map((each) => asItem(each.name, t("source.function"), each.signature ?? "", { value: `${each.name}(`, score: 600 })),
];

/** What Ace asks for a place in a text of a kind; `base`: the definition's address. */
export const completer = (kind, base) => {
  let asking;
  const ask = () => {
    asking ??= Promise.all([get(`/definitions/schema/${kind}`), get(`${base}/known`)]).then(([schema, known]) => ({ schema: new Schema(schema ?? {}), known: known ?? {} }));
    return asking;
  };
  return {
    id: "orderloom",
    identifierRegexps: [/[\p{L}\p{N}_.@-]/u],
    getCompletions: async (editor, session, position, prefix, done) => {
      // Enter ends a comment; it takes no key that happens to have the same letters.
      if (session.getTokenAt(position.row, position.column)?.type.includes("comment")) {
        done(null, []);
        return;
      }
      try {
        const { schema, known } = await ask();
        done(null, offers(schema, known, session.getLines(0, position.row), session.getLine(position.row), position));
      } catch {
        asking = undefined;
        done(null, []);
      }
    },
  };
};

/** The same without an editor. */
export const offers = (schema, known, lines, line, { row, column }) => {
  const place = placeAt(lines, row, column);
  const rest = line.slice(column);
  const found = place.isKey ? [...keys(schema, place.path, rest), ...freeKeys(schema, known, place.path)] : values(schema, known, place.path);
  // A list's element may be a bare value where a key could begin too.
  if (place.isKey && typeof place.path.at(-1) === "number") found.push(...values(schema, known, place.path));
  const seen = new Set();
  return found.filter((each) => !seen.has(each.caption) && seen.add(each.caption)).slice(0, MOST);
};
