// Values typed into the try-it form as the data that a decision is given, and back.
import { isNumber, number, parse, stringify } from "./exact.js";
import { isMap, spokenNumber } from "./grid_model.js";

const keyOf = (field) => field.path.join(".");

/** A text of a field as a value; undefined where it is none of its type. */
const valueOf = (text, type) => {
  const typed = text.trim();
  if (type === "number") {
    const plain = spokenNumber(typed, document.documentElement.lang) ?? spokenNumber(typed, "en");
    return plain === undefined ? undefined : number(plain);
  }
  if (type === "boolean") return typed === "true";
  if (["string", "date", "time", "date and time", "duration"].includes(type)) return text;
  try {
    return parse(typed);
  } catch {
    return text;
  }
};

/** `{given, wrong}`: the data of all fields, and the keys of those that cannot be read. */
export const read = (fields, texts) => {
  const given = {};
  const wrong = [];
  for (const field of fields) {
    const text = texts.get(keyOf(field)) ?? "";
    const value = text.trim() === "" ? null : valueOf(text, field.type);
    if (value === undefined) wrong.push(keyOf(field));
    else place(given, field.path, value);
  }
  return { given: Object.fromEntries(Object.entries(given).map(([key, value]) => [key, emptied(value)])), wrong };
};

const place = (given, path, value) => {
  let inner = given;
  for (const name of path.slice(0, -1)) {
    if (!isMap(inner[name])) inner[name] = {};
    inner = inner[name];
  }
  inner[path.at(-1)] = value;
};

/** What has nothing in it is nothing. */
const emptied = (value) => {
  if (!isMap(value)) return value;
  const pairs = Object.entries(value).map(([key, each]) => [key, emptied(each)]);
  return pairs.some(([, each]) => each !== null) ? Object.fromEntries(pairs) : null;
};

/** The texts of fields for data. */
export const write = (fields, given) => {
  const texts = new Map();
  for (const field of fields) {
    const value = field.path.reduce((inner, name) => (isMap(inner) ? inner[name] : undefined), given);
    if (value === undefined || value === null) continue;
    texts.set(keyOf(field), typeof value === "string" ? value : stringify(value));
  }
  return texts;
};

/** A plain value in a sentence. */
export const said = (value) => {
  if (value === null || value === undefined) return "–";
  if (typeof value === "string") return value;
  if (isNumber(value) || typeof value === "boolean") return String(value);
  if (Array.isArray(value)) return value.map(said).join(", ") || "[]";
  return Object.entries(value).map(([key, each]) => `${key}: ${said(each)}`).join(", ") || "{}";
};

/** A plain value as FEEL writes it. */
export const literal = (value) => (typeof value === "string" ? JSON.stringify(value) : value === null || value === undefined ? "null" : stringify(value));

export { keyOf };
