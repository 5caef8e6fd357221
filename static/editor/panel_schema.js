// What the schema of a kind says of a place: which forms a value may have, and which it has.
import { Exact, isNumber } from "./exact.js";
import { data, get } from "./page.js";

const ANNOTATIONS = new Set(["anyOf", "title", "description", "examples", "default", "type", "$ref", "refs"]);
const ANYTHING = {};
const NOTHING = { not: {} };
let whole = ANYTHING;
let loading;

/** Fetches the kind's schema once. */
export const loadSchema = () => {
  loading ??= get(`/definitions/schema/${data.kind}`).then((found) => {
    whole = found ?? ANYTHING;
  });
  return loading;
};

const once = (make) => {
  const made = new WeakMap();
  return (key) => {
    if (!made.has(key)) made.set(key, make(key));
    return made.get(key);
  };
};

const followed = once((schema) => {
  const name = String(schema.$ref).replace("#/$defs/", "");
  const { $ref, ...rest } = schema;
  const inner = resolve(whole.$defs?.[name]);
  return { ...inner, ...rest, properties: joined(inner.properties, rest.properties), refs: [name, ...(inner.refs ?? [])] };
});

const joined = (one, other) => (one || other ? { ...one, ...other } : undefined);

/** A schema with what it refers to; `refs` are the names of those parts, the nearest first. */
export const resolve = (schema) => {
  if (schema === false) return NOTHING;
  if (!schema || typeof schema !== "object") return ANYTHING;
  return schema.$ref ? followed(schema) : schema;
};

const isMap = (value) => value !== null && typeof value === "object" && !Array.isArray(value) && !(value instanceof Exact);
const isForbidden = (schema) => schema?.not !== undefined && Object.keys(schema.not).length === 0;

/** What a value is, as schemas call it. */
export const typeOf = (value) => {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (isNumber(value)) return "number";
  return typeof value;
};

const TYPES = ["string", "number", "boolean", "array", "object", "null"];
const typesOf = (schema) => {
  if (schema.type) return [schema.type].flat().map((each) => (each === "integer" ? "number" : each));
  if (schema.enum) return [...new Set(schema.enum.map(typeOf))];
  if (schema.const !== undefined) return [typeOf(schema.const)];
  return schema.properties || schema.required ? ["object"] : [];
};

// A branch that only requires or forbids keys is a condition on the whole, no form of its own.
const isCondition = (branch) =>
  !branch.$ref && !branch.type && !branch.title && !branch.anyOf && branch.enum === undefined && branch.const === undefined;

const over = (outer, leaf) => {
  const rest = Object.fromEntries(Object.entries(outer).filter(([key]) => !ANNOTATIONS.has(key)));
  if (!Object.keys(rest).length) return leaf;
  return { ...leaf, ...rest, properties: joined(leaf.properties, outer.properties), required: [...(leaf.required ?? []), ...(outer.required ?? [])] };
};

// Parts that one field shows whatever their type is: expressions and tests.
const WHOLE = new Set(["condition", "formula", "cell", "each", "tests"]);
const EXPRESSION = "expression";
const ofExpression = (seen) => {
  const inner = { $ref: `#/$defs/${EXPRESSION}` };
  return [
    { ...seen, type: ["string", "number", "boolean", "null"] },
    { type: "array", items: inner },
    { type: "object", additionalProperties: inner },
  ];
};

const formsOfResolved = once((seen) => {
  if (isForbidden(seen)) return [];
  if (seen.refs?.includes(EXPRESSION)) return ofExpression(seen);
  if (seen.refs?.some((name) => WHOLE.has(name))) return [seen];
  if (seen.anyOf && !seen.anyOf.every(isCondition)) {
    return seen.anyOf.flatMap((branch) => forms(branch)).map((leaf) => over(seen, leaf));
  }
  const types = typesOf(seen).length ? [seen.type ?? typesOf(seen)].flat() : TYPES;
  if (types.length === 1) return [seen];
  return types.map((type) => ({ ...seen, type, title: undefined }));
});

/** Every form that a value may have here; `null` beside a map is that map, said by nothing. */
export const forms = (schema) => {
  const seen = resolve(schema);
  const found = seen === ANYTHING ? ANY_FORMS : formsOfResolved(seen);
  return found;
};
const ANY_FORMS = TYPES.map((type) => ({ type }));

const constantsOf = (schema) => {
  const seen = resolve(schema);
  return seen.const !== undefined ? [seen.const] : seen.enum ?? [];
};
const markOf = (form) => form.required?.[0];
const strange = (form, value) =>
  form.additionalProperties === false
    ? Object.keys(value).filter((key) => !(key in (form.properties ?? {})) && !key.startsWith("x-")).length
    : 0;
const missing = (form, value) => (form.required ?? []).filter((key) => !(key in value)).length;

const ofMap = (found, value) => {
  const allowed = found.filter((form) => {
    const constants = form.properties?.type && "type" in value ? constantsOf(form.properties.type) : [];
    return !constants.length || constants.includes(value.type);
  });
  const marked = allowed.filter((form) => markOf(form) === undefined || markOf(form) in value);
  const order = (form) => strange(form, value) * 100 + missing(form, value);
  return (marked.length ? marked : allowed).toSorted((one, other) => order(one) - order(other))[0];
};

const matches = (pattern, text) => {
  try {
    return new RegExp(pattern).test(text);
  } catch {
    return true;
  }
};
const ofText = (found, text) =>
  found.find((form) => form.enum?.includes(text) || (!form.enum && (!form.pattern || matches(form.pattern, text)))) ?? found[0];

const isMapOrNull = (form) => typesOf(form).every((each) => each === "null" || each === "object");

/** The form that a value has among those; undefined where it has none of them. */
export const formOf = (found, value) => {
  if (value === undefined) return found.find((form) => form.type !== "null") ?? found[0];
  const type = typeOf(value);
  const typed = found.filter((form) => !typesOf(form).length || typesOf(form).includes(type));
  if (type === "null" && found.length > 1 && found.every(isMapOrNull)) return found.find((form) => form.type !== "null");
  if (typed.length < 2) return typed[0];
  if (isMap(value)) return ofMap(typed, value);
  return type === "string" ? ofText(typed, value) : typed[0];
};

/** The schema of a key of a map, or of an element of a list. */
export const inside = (form, key) => {
  if (!form) return ANYTHING;
  if (typeof key === "number") return form.items ?? ANYTHING;
  if (form.properties && Object.hasOwn(form.properties, key)) return form.properties[key];
  return form.additionalProperties === false ? ANYTHING : form.additionalProperties ?? ANYTHING;
};

/** The schema of a place of a value. */
export const schemaAt = (path, value) => {
  let schema = whole;
  let here = value;
  for (const key of path) {
    schema = inside(formOf(forms(schema), here), key);
    here = here?.[key];
  }
  return schema;
};

/** The keys that a map must have, by what it says already. */
export const requiredOf = (form, value) => {
  const found = new Set(form.required ?? []);
  if (form.if) (holds(form.if, value) ? form.then : form.else)?.required?.forEach((key) => found.add(key));
  return found;
};
const holds = (schema, value) => {
  const map = isMap(value) ? value : {};
  const known = Object.entries(schema.properties ?? {}).every(([key, part]) => !(key in map) || !constantsOf(part).length || constantsOf(part).includes(map[key]));
  return known && (schema.required ?? []).every((key) => key in map);
};

/** The keys of a map that may be set: what only another form may have is left out. */
export const keysOf = (form) => Object.keys(form.properties ?? {}).filter((key) => !isForbidden(resolve(form.properties[key])));

/** Whether keys may have names of one's own. */
export const isOpen = (form) => typesOf(form).includes("object") && form.additionalProperties !== false && !(form.properties && form.additionalProperties === undefined);

/** The least that a value of a schema may be. */
export const emptyOf = (schema, depth = 0) => {
  const form = formOf(forms(schema), undefined) ?? ANYTHING;
  if (form.const !== undefined) return form.const;
  if (form.enum) return form.enum[0];
  const type = [form.type ?? (form.properties ? "object" : "string")].flat()[0];
  if (type === "array") return (form.minItems ?? 0) > 0 && depth < 4 ? [emptyOf(form.items, depth + 1)] : [];
  if (type === "boolean") return true;
  if (type === "number" || type === "integer") return form.minimum ?? 0;
  if (type === "null") return null;
  if (type !== "object") return "";
  const keys = depth < 4 ? form.required ?? [] : [];
  return Object.fromEntries(keys.map((key) => [key, emptyOf(inside(form, key), depth + 1)]));
};
