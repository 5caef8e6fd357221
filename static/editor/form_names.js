// A field's name wherever the form says it: schema, layout, labels, rights. Expressions are told,
// never changed: a word in them may mean something else.
import { at, holderOf, isMap, lastOf, listAround, placeOf, allFields, schemaOf } from "./form_schema.js";
import { containers, fieldOf, hasLayout } from "./form_layout.js";

const CONDITIONS = ["visible", "required", "readonly", "default"];
const SPECIAL = /[.*+?^${}()|[\]\\]/g;

/** Keys of a map with other names, at their places; undefined takes a key away. */
export const rekey = (map, name) => {
  const pairs = Object.entries(map).map(([key, each]) => [name(key), each]);
  Object.keys(map).forEach((key) => delete map[key]);
  for (const [key, each] of pairs) if (key !== undefined) map[key] = each;
};

const isBelow = (path, other) => other === path || other.startsWith(`${path}.`);
const ofLabel = (key) => key.split("=")[0];

/** Puts `name(path)` for every field that lists, keys and places name; undefined takes them out. */
const everywhere = (value, name) => {
  const list = (given) => given.map((each) => (typeof each === "string" ? name(each) : each)).filter((each) => each !== undefined);
  const rekeyed = (key) => {
    const found = name(ofLabel(key));
    return found === undefined ? undefined : found + key.slice(ofLabel(key).length);
  };
  if (isMap(value.labels)) rekey(value.labels, rekeyed);
  if (isMap(value.compute)) rekey(value.compute, name);
  if (Array.isArray(value.personal)) value.personal = list(value.personal);
  for (const rule of Array.isArray(value.edit) ? value.edit : []) {
    if (!isMap(rule)) continue;
    if (typeof rule.fields === "string") rule.fields = name(rule.fields) ?? [];
    else if (Array.isArray(rule.fields)) rule.fields = list(rule.fields);
  }
  if (hasLayout(value)) inLayout(value, name, list);
};

const inLayout = (value, name) => {
  for (const { list } of containers(value)) {
    for (let n = list.length - 1; n >= 0; n -= 1) {
      const path = fieldOf(list[n]);
      if (path === undefined) continue;
      const found = name(path);
      if (found === undefined) list.splice(n, 1);
      else if (typeof list[n] === "string") list[n] = found;
      else {
        list[n].field = found;
        columns(list[n], path, found, name);
      }
    }
  }
};

const columns = (part, path, found, name) => {
  for (const key of ["columns", "totals"]) {
    if (!Array.isArray(part[key])) continue;
    const whole = part[key].map((each) => (typeof each === "string" ? name(`${path}.${each}`)?.slice(found.length + 1) : each));
    part[key] = whole.filter((each) => each !== undefined);
    if (!part[key].length) delete part[key];
  }
};

/** Gives a field another last name; its new path. */
export const renameField = (value, path, name) => {
  const around = path.split(".").slice(0, -1);
  const now = [...around, name].join(".");
  const holder = holderOf(value, path);
  const old = lastOf(path);
  rekey(holder.properties, (key) => (key === old ? name : key));
  if (Array.isArray(holder.required)) holder.required = holder.required.map((each) => (each === old ? name : each));
  everywhere(value, (each) => (isBelow(path, each) ? now + each.slice(path.length) : each));
  const list = listAround(value, now);
  for (const other of allFields(value)) {
    const schema = schemaOf(value, other);
    if (schema["x-money"] === path || (list && isBelow(list, other) && schema["x-money"] === old)) {
      schema["x-money"] = schema["x-money"] === path ? now : name;
    }
  }
  return now;
};

/** Takes a field out of the schema and of every list that names it. */
export const removeField = (value, path) => {
  const place = placeOf(value, path);
  if (!place) return;
  const holder = at(value, place.slice(0, -2));
  delete holder.properties[lastOf(path)];
  if (Array.isArray(holder.required)) holder.required = holder.required.filter((each) => each !== lastOf(path));
  if (Array.isArray(holder.required) && !holder.required.length) delete holder.required;
  everywhere(value, (each) => (isBelow(path, each) ? undefined : each));
  if (Array.isArray(value.edit)) {
    value.edit = value.edit.filter((rule) => !(isMap(rule) && Array.isArray(rule.fields) && !rule.fields.length));
  }
  for (const key of ["labels", "compute"]) if (isMap(value[key]) && !Object.keys(value[key]).length) delete value[key];
  for (const key of ["personal"]) if (Array.isArray(value[key]) && !value[key].length) delete value[key];
};

/** A name that the holder of fields has not yet: "text", "text_2". */
export const freeName = (taken, name) => {
  if (!taken.includes(name)) return name;
  for (let n = 2; ; n += 1) if (!taken.includes(`${name}_${n}`)) return `${name}_${n}`;
};

const LETTERS = { ł: "l", Ł: "L", đ: "d", ø: "o", ß: "ss", æ: "ae" };

/** A label as a name: "Kwota netto" is kwota_netto; empty where nothing is left. */
export const nameOf = (label) =>
  label
    .replace(/[łŁđøßæ]/g, (each) => LETTERS[each])
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "")
    .replace(/^(?=\d)/, "_")
    .slice(0, 60);

export const isName = (text) => /^[A-Za-z_À-ÖØ-öø-ſ][A-Za-z0-9_À-ÖØ-öø-ſ]{0,99}$/.test(text);

/** Where expressions of the form name a field: paths into the definition, with the expression. */
export const mentions = (value, path) => {
  const found = [];
  const pattern = (before, name) => new RegExp(`${before}${name.replace(SPECIAL, "\\$&")}(?!\\w)`);
  const patterns = [pattern("(?<![\\w.])", path)];
  // A column is read through its row: `l.price`.
  if (listAround(value, path)) patterns.push(pattern("(?<!\\w)", lastOf(path)));
  const look = (place, text) => {
    if (typeof text === "string" && patterns.some((each) => each.test(text))) found.push({ place, text });
  };
  for (const [key, text] of Object.entries(isMap(value.compute) ? value.compute : {})) look(["compute", key], text);
  for (const { place, list, part } of containers(value)) {
    if (part) look([...place.slice(0, -1), "visible"], part.visible);
    list.forEach((each, n) => {
      if (isMap(each)) for (const key of CONDITIONS) if (fieldOf(each) !== undefined) look([...place, n, key], each[key]);
    });
  }
  return found;
};

/** The names beside a field: those of its group or list. */
export const holderNames = (value, path) => Object.keys(holderOf(value, path)?.properties ?? {});
