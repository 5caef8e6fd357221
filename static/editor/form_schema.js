// The fields of a form's JSON Schema: where each stands and what it is. What `$ref` or `allOf`
// describe elsewhere is shown, and kept as it is.
import { Exact } from "./exact.js";

const DEEPEST = 12;
const MOST = 5000;
const LONG = 160;
const CODE = /^[A-Z]{3}$/;

export const isMap = (value) => value !== null && typeof value === "object" && !Array.isArray(value) && !(value instanceof Exact);
export const lastOf = (path) => path.split(".").at(-1);
const listed = (value) => (Array.isArray(value) ? value : []);

/** The schema that has a list's columns or a group's fields as its `properties`; with its way. */
const inner = (schema) => {
  const way = [];
  let found = schema;
  while (isMap(found) && !isMap(found.properties) && isMap(found.items) && way.length < DEEPEST) {
    found = found.items;
    way.push("items");
  }
  return { way, schema: found };
};

/** Where a field's schema stands in the definition; undefined where it is described elsewhere. */
export const placeOf = (value, path) => {
  const place = ["schema"];
  let schema = value.schema;
  for (const name of path.split(".")) {
    const below = inner(schema);
    const properties = isMap(below.schema) ? below.schema.properties : undefined;
    if (!isMap(properties) || !Object.hasOwn(properties, name)) return undefined;
    place.push(...below.way, "properties", name);
    schema = properties[name];
  }
  return place;
};

export const at = (value, place) => place.reduce((each, key) => each?.[key], value);

/** A field's own schema; an empty one where there is none. */
export const schemaOf = (value, path) => {
  const place = placeOf(value, path);
  const found = place && at(value, place);
  return isMap(found) ? found : {};
};

/** The schema whose `properties` has the field. */
export const holderOf = (value, path) => {
  const place = placeOf(value, path);
  return place && at(value, place.slice(0, -2));
};

/** The names of a field's columns or inner fields. */
export const below = (schema) => {
  if ("x-attachment" in schema || "x-signature" in schema) return [];
  const found = inner(schema).schema;
  return isMap(found) && isMap(found.properties) ? Object.keys(found.properties) : [];
};

export const isList = (schema) => schema.type === "array" || isMap(schema.items);

/** The place of a list's nearest field around a path: "lines.sku" is a column of "lines". */
export const listAround = (value, path) => {
  const names = path.split(".");
  for (let end = names.length - 1; end > 0; end -= 1) {
    const around = names.slice(0, end).join(".");
    if (isList(schemaOf(value, around))) return around;
  }
  return undefined;
};

/** The names of the form's fields at the top. */
export const topFields = (value) => (isMap(value.schema) && isMap(value.schema.properties) ? Object.keys(value.schema.properties) : []);

/** Every field by its path, groups before what is in them. */
export const allFields = (value) => {
  const found = [];
  const walk = (schema, path, depth) => {
    for (const name of below(schema)) {
      if (found.length >= MOST || depth > DEEPEST) return;
      const here = path ? `${path}.${name}` : name;
      found.push(here);
      const next = inner(schema).schema.properties[name];
      if (isMap(next)) walk(next, here, depth + 1);
    }
  };
  if (isMap(value.schema)) walk(value.schema, "", 0);
  return found;
};

export const isRequired = (value, path) => listed(holderOf(value, path)?.required).includes(lastOf(path));

const BY_FORMAT = { date: "date", "date-time": "moment", time: "time" };

const typeOf = (schema) => {
  const named = Array.isArray(schema.type) ? schema.type.filter((each) => each !== "null") : [schema.type];
  return named.length === 1 ? named[0] : undefined;
};

/** The values of a choice; undefined where it is none. */
export const choicesOf = (schema) => (Array.isArray(schema.enum) ? schema.enum : undefined);

/** What a field is, by the name of its entry in the palette; "any" for what the palette has not. */
export const kindOf = (schema) => {
  if ("x-attachment" in schema) return "attachment";
  if ("x-signature" in schema) return "signature";
  if (choicesOf(schema) || listed(schema.oneOf).some((each) => isMap(each) && "const" in each)) return "choice";
  const type = typeOf(schema);
  if (type === "array") return kindOfList(schema);
  if (type === "object" || (!type && isMap(schema.properties))) return "x-collection" in schema ? "lookup" : "group";
  if (type === "number" || type === "integer") return "x-money" in schema ? "money" : type;
  if (type === "boolean") return "boolean";
  if (type !== "string") return "any";
  if (schema.format in BY_FORMAT) return BY_FORMAT[schema.format];
  if ("x-collection" in schema) return "lookup";
  return Number(schema.maxLength) > LONG ? "area" : "text";
};

const kindOfList = (schema) => {
  const items = isMap(schema.items) ? schema.items : {};
  if ("x-attachment" in items) return "attachments";
  return choicesOf(items) && schema.uniqueItems ? "choices" : "items";
};

/** A field that is a currency: what amounts of money stand in. */
const currencyField = (value) =>
  topFields(value).find((name) => {
    const values = choicesOf(schemaOf(value, name));
    return values?.length && values.every((each) => typeof each === "string" && CODE.test(each));
  });

const TWO = ["first", "second"];

/** What the palette adds: an icon, and the schema of a new field. */
export const PALETTE = {
  text: { icon: "pencil", make: () => ({ type: "string" }) },
  area: { icon: "menu", make: () => ({ type: "string", maxLength: 2000 }) },
  number: { icon: "sliders", make: () => ({ type: "number" }) },
  integer: { icon: "plus", make: () => ({ type: "integer" }) },
  money: { icon: "card", make: (value) => ({ type: "number", "x-money": currencyField(value) ?? "EUR" }) },
  date: { icon: "flag", make: () => ({ type: "string", format: "date" }) },
  moment: { icon: "clock", make: () => ({ type: "string", format: "date-time" }) },
  choice: { icon: "down", make: () => ({ enum: [...TWO] }) },
  choices: { icon: "filter", make: () => ({ type: "array", uniqueItems: true, items: { enum: [...TWO] } }) },
  boolean: { icon: "check", make: () => ({ type: "boolean" }) },
  lookup: { icon: "search", make: (value, collection) => ({ type: "string", "x-collection": collection }) },
  attachment: { icon: "clip", make: () => ({ type: "object", "x-attachment": true }) },
  attachments: { icon: "copy", make: () => ({ type: "array", items: { type: "object", "x-attachment": true } }) },
  signature: { icon: "approve", make: () => ({ type: "object", "x-signature": true }) },
  items: {
    icon: "table",
    make: () => ({
      type: "array",
      items: { type: "object", additionalProperties: false, properties: { item: { type: "string" }, quantity: { type: "number" } } },
    }),
  },
};

/** Icons of what is in the tree without being in the palette. */
export const ICONS = { time: "clock", group: "box", any: "code", section: "square", tabs: "form", tab: "file", unknown: "alert" };

export const iconOf = (kind) => PALETTE[kind]?.icon ?? ICONS[kind] ?? "code";
