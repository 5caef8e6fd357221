// The layout of a form as a tree: sections, tabs and fields where people see them.
import { at, allFields, below, isMap, isList, schemaOf, topFields } from "./form_schema.js";

export const fieldOf = (part) => (typeof part === "string" ? part : isMap(part) && typeof part.field === "string" ? part.field : undefined);

export const kindOfPart = (part) => {
  if (fieldOf(part) !== undefined) return "field";
  if (!isMap(part)) return "unknown";
  if (Array.isArray(part.tabs)) return "tabs";
  if ("tab" in part) return Array.isArray(part.fields) ? "tab" : "unknown";
  return Array.isArray(part.fields) ? "section" : "unknown";
};

export const hasLayout = (value) => Array.isArray(value.layout) && value.layout.length > 0;

/** What stands in the layout; without one all fields as the schema has them. */
export const partsOf = (value) => (hasLayout(value) ? value.layout : topFields(value));

/** Writes down the layout that the schema alone gives, so that it can be changed. */
export const spread = (value) => {
  if (!hasLayout(value)) value.layout = topFields(value);
};

export const partAt = (value, place) => at({ layout: partsOf(value) }, place);

const KEYS = { section: "fields", tab: "fields", tabs: "tabs" };
const FITS = { root: ["field", "section", "tabs"], section: ["field"], tab: ["field"], tabs: ["tab"] };

/** Every list of parts, in the order of the page: {place, list, kind, part}. */
export const containers = (value) => {
  const found = [];
  const walk = (list, place, kind, part) => {
    found.push({ place, list, kind, part });
    list.forEach((each, n) => {
      const key = KEYS[kindOfPart(each)];
      if (key) walk(each[key], [...place, n, key], kindOfPart(each), each);
    });
  };
  walk(partsOf(value), ["layout"], "root", null);
  return found;
};

export const accepts = (container, kind) => FITS[container.kind].includes(kind);

/** Columns of a list: those that the layout names, then the others. */
export const columnsOf = (part, schema) => {
  const all = below(schema);
  const named = isMap(part) && Array.isArray(part.columns) ? part.columns.filter((each) => typeof each === "string") : [];
  return { shown: named.length ? named : all, left: named.length ? all.filter((each) => !named.includes(each)) : [] };
};

/** Fields that the layout leaves out. */
export const leftOut = (value) => {
  if (!hasLayout(value)) return [];
  const placed = new Set(containers(value).flatMap(({ list }) => list.map(fieldOf).filter((each) => each !== undefined)));
  const inLists = allFields(value).filter((path) => isList(schemaOf(value, path)));
  const covered = (path) => path.split(".").some((_, n, names) => placed.has(names.slice(0, n + 1).join(".")));
  const within = (path) => inLists.some((list) => path.startsWith(`${list}.`));
  const isShell = (path) => [...placed].some((each) => each.startsWith(`${path}.`));
  const found = allFields(value).filter((path) => !covered(path) && !within(path) && !isShell(path));
  // A group is told as one, not with all that is in it.
  return found.filter((path) => !found.some((other) => path.startsWith(`${other}.`)));
};

/** The lines of the tree: {key, level, type, place, path, part}; `shut`: keys of closed ones. */
export const rowsOf = (value, shut = new Set()) => {
  const rows = [];
  const inside = (path, level, place, part) => {
    const schema = schemaOf(value, path);
    const { shown, left } = columnsOf(part, schema);
    const key = place.join("/");
    for (const name of [...shown, ...left]) {
      const here = `${path}.${name}`;
      rows.push({ key: `${key}#${name}`, level, type: "inner", place, path: here, unseen: left.includes(name), holds: false });
    }
  };
  const walk = (list, place, level) => {
    list.forEach((part, n) => {
      const here = [...place, n];
      const key = here.join("/");
      const type = kindOfPart(part);
      const path = fieldOf(part);
      const holds = type === "field" ? below(schemaOf(value, path)).length > 0 : type in KEYS;
      rows.push({ key, level, type, place: here, path, part, holds });
      if (!holds || shut.has(key)) return;
      if (type === "field") inside(path, level + 1, here, part);
      else walk(part[KEYS[type]], [...here, KEYS[type]], level + 1);
    });
  };
  walk(partsOf(value), ["layout"], 1);
  for (const path of leftOut(value)) rows.push({ key: `left/${path}`, level: 1, type: "left", path, holds: false });
  return rows;
};

/** The place of a list of parts, by the list itself. */
const placeOfList = (value, list) => containers(value).find((each) => each.list === list)?.place;

/** Takes the part at `from` to a place in the container `to` ({place, index}); its new place. */
export const movePart = (value, from, to) => {
  spread(value);
  const source = at(value, from.slice(0, -1));
  const target = at(value, to.place);
  const container = containers(value).find((each) => each.list === target);
  const part = source?.[from.at(-1)];
  if (part === undefined || !container || !accepts(container, kindOfPart(part))) return undefined;
  source.splice(from.at(-1), 1);
  const back = source === target && from.at(-1) < to.index ? 1 : 0;
  const index = Math.min(to.index - back, target.length);
  target.splice(index, 0, part);
  return [...placeOfList(value, target), index];
};

/** Where a step up or down leads; undefined at the end. */
export const stepOf = (value, place, down) => {
  const home = place.slice(0, -1);
  const index = place.at(-1);
  const list = at({ layout: partsOf(value) }, home);
  const kind = kindOfPart(list[index]);
  const next = list[index + (down ? 1 : -1)];
  if (kind !== "field" && next !== undefined) return { place: home, index: down ? index + 2 : index - 1 };
  if (kind !== "field") return undefined;
  const homes = containers(value).filter((each) => accepts(each, kind) && each.kind !== "root");
  if (next !== undefined && kindOfPart(next) === "field") return { place: home, index: down ? index + 2 : index - 1 };
  if (next !== undefined) {
    const inNext = homes.filter((each) => each.place.join("/").startsWith([...home, index + (down ? 1 : -1)].join("/") + "/"));
    const into = down ? inNext[0] : inNext.at(-1);
    return into ? { place: into.place, index: down ? 0 : into.list.length } : undefined;
  }
  const mine = homes.findIndex((each) => each.place.join("/") === home.join("/"));
  const other = mine < 0 ? undefined : homes[mine + (down ? 1 : -1)];
  return other ? { place: other.place, index: down ? 0 : other.list.length } : undefined;
};

/** Puts fields that stand side by side into a section (in tabs: a tab) of their own; its place. */
export const groupParts = (value, places, heading) => {
  spread(value);
  const home = places[0].slice(0, -1);
  const list = at(value, home);
  const chosen = places.map((place) => place.at(-1)).sort((one, other) => one - other);
  const parts = chosen.map((n) => list[n]);
  if (parts.some((part) => kindOfPart(part) !== "field")) return undefined;
  chosen.reverse().forEach((n) => list.splice(n, 1));
  if (home.length === 1) {
    const index = chosen.at(-1);
    list.splice(index, 0, { section: heading, fields: parts });
    return ["layout", index];
  }
  const outer = at(value, home.slice(0, -2));
  const index = home.at(-2) + 1;
  const inTab = kindOfPart(outer[index - 1]) === "tab";
  outer.splice(index, 0, inTab ? { tab: heading, fields: parts } : { section: heading, fields: parts });
  return [...home.slice(0, -2), index];
};

/** Changes what a placed field says beside its name; a field without any is its name alone. */
export const changePlaced = (value, place, change) => {
  spread(value);
  const list = at(value, place.slice(0, -1));
  const part = list[place.at(-1)];
  const made = typeof part === "string" ? { field: part } : part;
  change(made);
  for (const [key, each] of Object.entries(made)) if (each === undefined || each === "") delete made[key];
  const bare = typeof part !== "string" && Object.keys(made).length === 1 && "field" in made;
  list[place.at(-1)] = Object.keys(made).length === 1 && (typeof part === "string" || bare) ? made.field : made;
};
