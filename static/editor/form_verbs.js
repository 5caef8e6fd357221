// What can be done to a form: each verb is one step that can be undone, the same by pointer, by
// key and by button. A verb answers with the key of what is chosen then, or undefined.
import { copy } from "./exact.js";
import { choose, t } from "./dom.js";
import { store } from "./store.js";
import { PALETTE, at, below, holderOf, isMap, isRequired, lastOf, listAround, placeOf, schemaOf, topFields } from "./form_schema.js";
import { containers, fieldOf, groupParts, hasLayout, kindOfPart, movePart, partAt, spread, stepOf } from "./form_layout.js";
import { freeName, removeField } from "./form_names.js";

const keyOf = (place) => place?.join("/");

/** Does a change that says which row is chosen then. */
const step = (change) => {
  let key;
  const changed = store.change((value) => {
    key = change(value);
  });
  return changed ? key : undefined;
};

const withSchema = (value) => {
  if (!isMap(value.schema)) value.schema = { type: "object" };
  if (!isMap(value.schema.properties)) value.schema.properties = {};
  return value.schema;
};

/** Where something new belongs beside a row: after a field, at the end of a section. */
export const placeBeside = (value, row, kind) => {
  const all = containers(value).filter((each) => each.list && (kind === "tab" ? each.kind === "tabs" : true));
  const fits = (each) => (kind === "field" ? each.kind !== "tabs" : kind === "tab" ? each.kind === "tabs" : each.kind === "root");
  const home = (place) => all.find((each) => keyOf(each.place) === keyOf(place));
  if (row?.place && row.type !== "inner") {
    const below = all.find((each) => fits(each) && each.place.length > row.place.length && keyOf(each.place).startsWith(`${row.key}/`));
    if (below && kind === "field") return { place: below.place, index: below.list.length };
    for (let end = row.place.length; end > 1; end -= 2) {
      const found = home(row.place.slice(0, end - 1));
      if (found && fits(found)) return { place: found.place, index: row.place[end - 1] + 1 };
    }
  }
  if (row?.type === "inner") return { place: row.place.slice(0, -1), index: row.place.at(-1) + 1 };
  const sections = all.filter((each) => fits(each) && (kind !== "field" || each.kind !== "root"));
  const last = sections.at(-1) ?? home(["layout"]);
  return { place: last.place, index: last.list.length };
};

const tabOf = (n) => ({ tab: t("form_design.new_tab", { n }), fields: [] });

const part = (kind) => {
  if (kind === "section") return { section: t("form_design.new_section"), fields: [] };
  return { tabs: [tabOf(1), tabOf(2)] };
};

const putPart = (value, to, made) => {
  spread(value);
  at(value, to.place).splice(to.index, 0, made);
  return keyOf([...to.place, to.index]);
};

/** Adds what the palette has, beside a row or at `to` ({place, index}). */
export const add = (kind, { row, to, collection } = {}) => {
  if (row?.type === "inner" && !to && kind in PALETTE && listAround(store.value, row.path)) return addColumn(kind, row, collection);
  return step((value) => {
    if (kind === "tab") {
      const place = to ?? placeBeside(value, row, "tab");
      const list = at(value, place.place);
      return putPart(value, place, tabOf(list.length + 1));
    }
    if (!(kind in PALETTE)) return putPart(value, to ?? placeBeside(value, row, "section"), part(kind));
    const schema = withSchema(value);
    const place = to ?? placeBeside(value, row, "field");
    // Without a layout the page shows the schema's fields in their order: the new one is the last.
    const laidOut = hasLayout(value);
    const name = freeName(topFields(value), kind);
    schema.properties[name] = PALETTE[kind].make(value, collection);
    if (!laidOut) return `layout/${topFields(value).length - 1}`;
    return putPart(value, place, kind === "items" ? { field: name, widget: "items" } : name);
  });
};

const addColumn = (kind, row, collection) =>
  step((value) => {
    const holder = holderOf(value, row.path);
    const name = freeName(Object.keys(holder.properties), kind);
    const pairs = Object.entries(holder.properties);
    const index = pairs.findIndex(([key]) => key === lastOf(row.path));
    pairs.splice(index + 1, 0, [name, PALETTE[kind].make(value, collection)]);
    holder.properties = Object.fromEntries(pairs);
    const placed = partAt(value, row.place);
    const after = row.path.slice(fieldOf(placed).length + 1);
    const whole = [...after.split(".").slice(0, -1), name].join(".");
    if (Array.isArray(placed.columns)) {
      const at_ = placed.columns.indexOf(after);
      placed.columns.splice(at_ < 0 ? placed.columns.length : at_ + 1, 0, whole);
    }
    return `${keyOf(row.place)}#${whole}`;
  });

/** Takes a row to a place; a field that the layout left out comes into it. */
export const moveTo = (row, to) =>
  step((value) => {
    if (row.type === "left") return putPart(value, to, row.path);
    return keyOf(movePart(value, row.place, to));
  });

/** One step up or down. */
export const moveBy = (row, down) => {
  if (row.type === "inner") return moveColumn(row, down);
  if (!row.place) return undefined;
  const to = stepOf(store.value, row.place, down);
  return to && moveTo(row, to);
};

const swapped = (list, index, other) => {
  if (index < 0 || other < 0 || other >= list.length) return undefined;
  const made = [...list];
  [made[index], made[other]] = [made[other], made[index]];
  return made;
};

const moveColumn = (row, down) =>
  step((value) => {
    const placed = partAt(value, row.place);
    const name = row.path.slice(fieldOf(placed).length + 1);
    if (isMap(placed) && Array.isArray(placed.columns) && !row.unseen) {
      const index = placed.columns.indexOf(name);
      placed.columns = swapped(placed.columns, index, index + (down ? 1 : -1)) ?? placed.columns;
      return row.key;
    }
    const holder = holderOf(value, row.path);
    const pairs = Object.entries(holder?.properties ?? {});
    const index = pairs.findIndex(([key]) => key === lastOf(row.path));
    const made = swapped(pairs, index, index + (down ? 1 : -1));
    if (made) holder.properties = Object.fromEntries(made);
    return row.key;
  });

/** A section, tabs or tab goes; its fields stay fields, which are not shown any more. A field goes
 *  with its schema. */
export const remove = (rows) =>
  step((value) => {
    const fields = rows.filter((row) => row.path !== undefined && placeOf(value, row.path));
    const places = rows.filter((row) => row.place && row.type !== "inner" && !fields.includes(row)).map((row) => row.place);
    takeOut(value, places);
    fields.forEach((row) => removeField(value, row.path));
    return rows[0].key;
  });

/** Takes fields off the page; they stay in the data. */
export const hide = (rows) =>
  step((value) => {
    takeOut(value, rows.filter((row) => row.place && row.type !== "inner").map((row) => row.place));
    return rows[0].key;
  });

const takeOut = (value, places) => {
  if (places.length) spread(value);
  // From the end, so that the places before stay what they are.
  [...places].sort((one, other) => compare(other, one)).forEach((place) => at(value, place.slice(0, -1)).splice(place.at(-1), 1));
};

const compare = (one, other) => {
  const n = one.findIndex((each, index) => each !== other[index]);
  if (n < 0) return 0;
  return typeof one[n] === "number" && typeof other[n] === "number" ? one[n] - other[n] : one.length - other.length;
};

/** A copy beside it: of a field with its schema and texts, of a section with copies of its fields. */
export const duplicate = (row) =>
  step((value) => {
    if (!row.place || row.type === "inner" || row.type === "unknown") return undefined;
    spread(value);
    const made = copied(value, partAt(value, row.place));
    return putPart(value, { place: row.place.slice(0, -1), index: row.place.at(-1) + 1 }, made);
  });

const copied = (value, given) => {
  const kind = kindOfPart(given);
  if (kind === "field") return copiedField(value, given);
  const made = copy(given);
  if (kind === "tabs") made.tabs = given.tabs.map((each) => copied(value, each));
  else if (kind !== "unknown") made.fields = given.fields.map((each) => copied(value, each));
  return made;
};

const copiedField = (value, given) => {
  const path = fieldOf(given);
  const holder = holderOf(value, path);
  if (!holder) return copy(given);
  const name = freeName(Object.keys(holder.properties), lastOf(path));
  const now = [...path.split(".").slice(0, -1), name].join(".");
  holder.properties[name] = copy(schemaOf(value, path));
  if (isRequired(value, path)) holder.required.push(name);
  const labels = Object.entries(isMap(value.labels) ? value.labels : {});
  for (const [key, text] of labels) {
    if (key === path || key.startsWith(`${path}=`) || key.startsWith(`${path}.`)) value.labels[now + key.slice(path.length)] = copy(text);
  }
  return typeof given === "string" ? now : { ...copy(given), field: now };
};

/** Puts fields into a section of their own. */
export const group = (rows) =>
  step((value) => {
    const places = rows.filter((row) => row.type === "field").map((row) => row.place);
    const home = keyOf(places[0]?.slice(0, -1));
    const near = places.filter((place) => keyOf(place.slice(0, -1)) === home);
    return near.length ? keyOf(groupParts(value, near, t("form_design.new_section"))) : undefined;
  });

/** Whether a field must be filled in, always. */
export const setRequired = (path, on) =>
  store.change((value) => {
    const holder = holderOf(value, path);
    if (!holder) return;
    const known = Array.isArray(holder.required) ? holder.required : [];
    const made = on ? [...known, lastOf(path)] : known.filter((each) => each !== lastOf(path));
    if (made.length) holder.required = made;
    else delete holder.required;
  });

/** What a row is called. */
export const titleOf = (value, row) => {
  if (row.type === "section" || row.type === "tab") return choose(row.part[row.type]) || t("form_design.untitled");
  if (row.type === "tabs") return t("form_design.kind.tabs");
  if (row.type === "unknown") return t("form_design.unknown");
  const labels = isMap(value.labels) ? value.labels : {};
  const found = choose(labels[row.path]) || choose(labels[lastOf(row.path)]) || choose(schemaOf(value, row.path).title);
  return found || lastOf(row.path).replaceAll("_", " ");
};

export const hasBelow = (value, path) => below(schemaOf(value, path)).length > 0;
