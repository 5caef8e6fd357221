// A value in another of the forms that it may have: what it said is kept where there is a place.
import { emptyOf, forms, formOf, inside, typeOf } from "./panel_schema.js";

const simple = (value) => ["string", "number", "boolean"].includes(typeOf(value));
const accepts = (schema, value) => {
  const form = formOf(forms(schema), value);
  return form !== undefined && (form.enum === undefined || form.enum.includes(value));
};

/** The key of a map into which a value goes that stood alone. */
const home = (form, value) => {
  const keys = Object.keys(form.properties ?? {});
  const likely = [...(form.required ?? []), ...["to", "role"].filter((key) => keys.includes(key))];
  return likely.find((key) => accepts(inside(form, key), value));
};

const asMap = (form, value) => {
  const made = emptyOf(form);
  if (typeOf(value) === "object") {
    const known = Object.entries(value).filter(([key]) => form.additionalProperties !== false || key in (form.properties ?? {}) || key.startsWith("x-"));
    return { ...Object.fromEntries(known), ...Object.fromEntries(Object.entries(made).filter(([key]) => !(key in value))) };
  }
  if (!simple(value)) return made;
  if (!form.properties && form.propertyNames) return { [document.documentElement.lang]: value };
  const key = home(form, value);
  return key === undefined ? made : { ...made, [key]: value };
};

const asOne = (form, value) => {
  const inner = typeOf(value) === "array" ? value : typeOf(value) === "object" ? Object.values(value) : [value];
  const found = inner.find((each) => simple(each) && accepts(form, each));
  if (found !== undefined) return found;
  return form.type === "string" && simple(value) ? String(value) : emptyOf(form);
};

const asList = (form, value) => {
  if (typeOf(value) === "array") return value;
  if (value === undefined || value === null || value === "" || !accepts(form.items, value)) return emptyOf(form);
  return [value];
};

/** What a value becomes in another form. */
export const changed = (form, value) => {
  const type = [form.type ?? (form.properties ? "object" : "string")].flat()[0];
  if (type === "array") return asList(form, value);
  if (type === "object") return asMap(form, typeOf(value) === "array" && value.length === 1 ? value[0] : value);
  return asOne(form, value);
};
