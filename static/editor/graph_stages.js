// The stages of a process, however they are written: a map of ids, or a list of rows with `id`.
// Paths are those of the store; nothing here knows the page.

export const isMap = (value) => Boolean(value) && typeof value === "object" && !Array.isArray(value) && value.constructor === Object;

/** What stands at a path; undefined where nothing does. */
export const at = (value, path) => path.reduce((inner, key) => inner?.[key], value);

/** [{id, body, path}] of one `stages`, in their order; rows that are none are left out. */
export const rows = (stages, path) => {
  if (Array.isArray(stages)) {
    return stages.map((body, n) => ({ id: String(body?.id ?? `?${n + 1}`), body, path: [...path, n] })).filter((row) => isMap(row.body));
  }
  if (!isMap(stages)) return [];
  return Object.entries(stages)
    .filter(([id]) => !id.startsWith("x-"))
    .map(([id, body]) => ({ id, body: isMap(body) ? body : {}, path: [...path, id] }));
};

/** Every stage with those inside, in the order written: {id, body, path, parent: row or null}. */
export function* everyStage(value, path = ["stages"], parent = null) {
  for (const row of rows(at(value, path), path)) {
    const stage = { ...row, parent };
    yield stage;
    yield* everyStage(value, [...row.path, "stages"], stage);
  }
}

/** The first stage of an id; undefined where there is none. */
export const find = (value, id) => {
  for (const stage of everyStage(value)) if (stage.id === id) return stage;
  return undefined;
};

/** The body of a stage that may be changed: one that was written as nothing becomes a map. */
export const bodyOf = (value, path) => {
  const holder = at(value, path.slice(0, -1));
  const key = path.at(-1);
  if (!isMap(holder[key])) holder[key] = {};
  return holder[key];
};

const reorder = (map, pairs) => {
  Object.keys(map).forEach((key) => delete map[key]);
  pairs.forEach(([key, each]) => {
    map[key] = each;
  });
};

/** Takes a stage out of its container; answers its id and body, and what it stood before. */
export const take = (value, path) => {
  const container = at(value, path.slice(0, -1));
  const key = path.at(-1);
  if (Array.isArray(container)) {
    const [row] = container.splice(key, 1);
    const { id, ...body } = row;
    return { id: String(id), body, before: container[key]?.id };
  }
  const keys = Object.keys(container);
  const body = container[key];
  delete container[key];
  return { id: key, body, before: keys[keys.indexOf(key) + 1] };
};

/** Puts a stage into the `stages` of `holder` (the process or a stage): before the stage of the id
 *  `before`, else last. Answers with the key that finds it there. */
export const put = (holder, id, body, before) => {
  if (!holder.stages || typeof holder.stages !== "object") holder.stages = {};
  const stages = holder.stages;
  if (Array.isArray(stages)) {
    const place = stages.findIndex((row) => row?.id === before);
    const n = before === undefined || place < 0 ? stages.length : place;
    stages.splice(n, 0, { id, ...(body ?? {}) });
    return n;
  }
  const pairs = Object.entries(stages);
  const place = pairs.findIndex(([key]) => key === before);
  pairs.splice(before === undefined || place < 0 ? pairs.length : place, 0, [id, body]);
  reorder(stages, pairs);
  return id;
};

/** Gives a stage another id at its place. */
export const rename = (value, path, id) => {
  const container = at(value, path.slice(0, -1));
  const key = path.at(-1);
  if (Array.isArray(container)) {
    container[key].id = id;
    return;
  }
  reorder(
    container,
    Object.entries(container).map(([each, body]) => [each === key ? id : each, body]),
  );
};

/** The ids of all stages, and `base` made unlike all of them: `base`, `base-2`, … */
export const ids = (value) => new Set([...everyStage(value)].map((stage) => stage.id));
export const unlike = (taken, base) => {
  const [, stem] = base.match(/^(.*?)(-\d+)?$/);
  for (let n = 1; ; n += 1) {
    const name = n === 1 ? base : `${stem || base}-${n}`;
    if (!taken.has(name)) return name;
  }
};

const LETTERS = { ł: "l", đ: "d", ø: "o", ß: "ss", æ: "ae", œ: "oe" };

/** An id made of what people call a thing: lower-case words joined by hyphens. */
export const slug = (title) =>
  title
    .toLowerCase()
    .replace(/[łđøßæœ]/g, (letter) => LETTERS[letter])
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 60);
export const isId = (text) => /^[a-z0-9]+(-[a-z0-9]+)*$/.test(text) && text.length <= 100;
