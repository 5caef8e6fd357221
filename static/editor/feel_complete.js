// What could stand at the caret of an expression: names, fields, functions, words of the language.
import { t } from "./dom.js";

const WORDS = ["and", "or", "not", "if", "then", "else", "for", "in", "return", "some", "every", "satisfies", "between", "instance of", "true", "false", "null", "function"];
const MOST = 200;
const PATH = /[\p{L}_?][\p{L}\p{N}_]*(?:\.[\p{L}\p{N}_]*)*$/u;
const SPACED = /[\p{L}_][\p{L}\p{N}_]*(?: [\p{L}\p{N}_]*){0,4}$/u;
const COMPARED = /(\?|[\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}_][\p{L}\p{N}_]*)*)\s*(?:=|!=|in)\s*\(?(?:"[^"]*"\s*,\s*)*("?[^"\s(),]*)$/u;
const LOOP = /\b(?:for|some|every)\s+([\p{L}_][\p{L}\p{N}_]*)\s+in\s+([\p{L}_][\p{L}\p{N}_.]*)/gu;
const SECOND = /,\s*([\p{L}_][\p{L}\p{N}_]*)\s+in\s+([\p{L}_][\p{L}\p{N}_.]*)/gu;

const at = (path, names) => path.reduce((fields, key) => fields?.[key]?.fields, names);
const entry = (path, names) => {
  const inner = at(path.slice(0, -1), names);
  return inner && Object.hasOwn(inner, path.at(-1)) ? inner[path.at(-1)] : undefined;
};

/** Names that the expression binds itself: variables of loops, fields inside a filter. */
const bound = (before, names) => {
  const found = { ...names };
  for (const pattern of [LOOP, SECOND]) {
    for (const [, name, source] of before.matchAll(pattern)) {
      const known = entry(source.split("."), found);
      found[name] = { type: elementOf(known?.type), fields: known?.fields };
    }
  }
  const filtered = filterOf(before);
  const source = filtered && entry(filtered.split("."), found);
  return source ? { ...found, ...source.fields, item: { type: elementOf(source.type), fields: source.fields } } : found;
};
const elementOf = (type) => (type?.startsWith("list of ") ? type.slice("list of ".length) : "any");

/** The list whose filter the caret is in. */
const filterOf = (before) => {
  let depth = 0;
  for (let n = before.length - 1; n >= 0; n -= 1) {
    if (before[n] === "]") depth += 1;
    if (before[n] !== "[") continue;
    if (depth === 0) return before.slice(0, n).match(PATH)?.[0];
    depth -= 1;
  }
  return undefined;
};

const inText = (before) => (before.match(/"/g) ?? []).length % 2 === 1;
const fits = (name, typed) => name.toLowerCase().startsWith(typed.toLowerCase());
const holds = (name, typed) => name.toLowerCase().includes(typed.toLowerCase());
const best = (found, typed) => {
  const first = found.filter((each) => fits(each.name, typed));
  const then = typed.length > 1 ? found.filter((each) => !fits(each.name, typed) && holds(each.name, typed)) : [];
  return [...first, ...then].slice(0, MOST);
};

const named = (fields) => Object.entries(fields ?? {}).filter(([name]) => name !== "?").map(([name, one]) => ({ name, text: name, about: one.type === "any" ? "" : typeName(one.type), sort: "name" }));

/** A type in the person's language. */
export const typeName = (type) => {
  if (type.startsWith("list of ")) return t("feel.list_of", { type: typeName(type.slice("list of ".length)) });
  const key = `feel.type.${type.replaceAll(" ", "_")}`;
  const said = t(key);
  return said === key ? type : said;
};

// The shorter ones first: whoever wants `sum` has typed most of it.
const functionsOf = (functions) =>
  functions.toSorted((one, other) => one.name.length - other.name.length).map(({ name, signature, gives, example }) => {
    const key = `feel.gives.${name.replaceAll(" ", "_")}`;
    const said = t(key);
    return { name, text: `${name}(`, about: signature.slice(name.length), more: [said === key ? gives : said, example].filter(Boolean).join(" · "), sort: "function" };
  });

const valuesAt = (before, names) => {
  const found = before.match(COMPARED);
  const known = found && entry(found[1].split("."), names);
  if (!known?.values?.length) return undefined;
  const typed = found[2].replace('"', "");
  const options = best(known.values.map((value) => ({ name: value, text: JSON.stringify(value), about: "", sort: "value" })), typed);
  return { from: before.length - found[2].length, options };
};

const ofTests = (before, names) => {
  const known = names["?"];
  const typed = before.match(/(?:^|,|\()\s*("?[^"\s(),<>=]*)$/)?.[1];
  if (!known?.values?.length || typed === undefined) return undefined;
  const options = best(known.values.map((value) => ({ name: value, text: JSON.stringify(value), about: "", sort: "value" })), typed.replace('"', ""));
  return options.length ? { from: before.length - typed.length, options } : undefined;
};

/**
 * What could be written at the end of `before`: `{from, options: [{name, text, about, more, sort}]}`;
 * `from`: where what is there already begins. `asked`: somebody wants to see all there is.
 */
export const completions = (before, { names = {}, functions = [], unary = false }, asked = false) => {
  const all = bound(before, names);
  const values = valuesAt(before, all) ?? (unary ? ofTests(before, all) : undefined);
  if (values?.options.length && (asked || inText(before) || values.from < before.length || /[=(,]\s*$/.test(before))) return values;
  if (inText(before)) return { from: before.length, options: [] };
  const typed = before.match(PATH)?.[0] ?? "";
  if (!typed && !asked) return { from: before.length, options: [] };
  const parts = typed.split(".");
  const last = parts.at(-1);
  if (parts.length > 1) return { from: before.length - last.length, options: best(named(at(parts.slice(0, -1), all)), last) };
  const known = functionsOf(functions);
  const spaced = spacedAt(before, known);
  if (spaced) return spaced;
  const words = WORDS.map((name) => ({ name, text: name, about: "", sort: "word" }));
  return { from: before.length - typed.length, options: best([...named(all), ...words, ...known], typed) };
};

/** Functions have names of several words, of which some stand there. */
const spacedAt = (before, known) => {
  const words = before.match(SPACED)?.[0].split(" ") ?? [];
  for (let n = 0; n < words.length - 1; n += 1) {
    const typed = words.slice(n).join(" ");
    const options = known.filter((each) => fits(each.name, typed));
    if (options.length) return { from: before.length - typed.length, options };
  }
  return undefined;
};
