// A decision table as a grid: columns, rows and cells, whatever way a row is written.
import { choose, t } from "./dom.js";
import { Exact, number, stringify } from "./exact.js";

export const list = (value) => (Array.isArray(value) ? value : []);
export const isMap = (value) =>
  Boolean(value) && typeof value === "object" && !Array.isArray(value) && !(value instanceof Exact);
export const map = (value) => (isMap(value) ? value : {});
export const name = (column) => (typeof map(column).name === "string" ? column.name : "");

const CELLS = { input: "when", output: "then" };
const DAYS = ["valid_from", "valid_to"];

/** Whether the definition decides by rows; else by one expression. */
export const isTable = (value) => !("value" in map(value)) || "rules" in map(value);

export const rowsOf = (value) => list(map(value).rules);

/** The columns in the order of the grid. `more`: with days and ids also where no row has any. */
export const columnsOf = (value, { more = false } = {}) => {
  const rows = rowsOf(value).map(map);
  const inputs = list(map(value).inputs).map((one, at) => ({ kind: "input", key: "inputs", at, body: map(one) }));
  const outputs = list(map(value).outputs).map((one, at) => ({ kind: "output", key: "outputs", at, body: map(one) }));
  const own = [...inputs, ...outputs].map((one) => ({ ...one, name: name(one.body) }));
  const days = more || rows.some((row) => DAYS.some((key) => key in row)) ? DAYS : [];
  const ids = more || rows.some((row) => "id" in row) ? ["id"] : [];
  return [...own, ...["note", ...days, ...ids].map((key) => ({ kind: key, name: key, body: {} }))];
};

/** What a row is called by answers and explanations. */
export const rowId = (row, at) => String(map(row).id ?? at + 1);

/** What a column is called for people: its label, else its name. */
export const columnLabel = (value, column) => choose(map(map(value).labels)[column.name]) || column.name;

export const TYPES = ["string", "number", "boolean", "date", "time", "date and time", "duration", "any"];

/** A type in the person's language, as far as it has a name of its own. */
export const typeWord = (type) => ([...TYPES, "list", "context"].includes(type) ? t(`grid.types.${type.replaceAll(" ", "_")}`) : type);

/** What stands in a cell; undefined where nothing does. */
export const cellAt = (row, column) => {
  const part = CELLS[column.kind];
  if (!part) return map(row)[column.kind];
  const cells = map(row)[part];
  return Array.isArray(cells) ? cells[column.at] : map(cells)[column.name];
};

/** The path of a cell in the definition. */
export const cellPath = (value, at, column) => {
  const part = CELLS[column.kind];
  if (!part) return ["rules", at, column.kind];
  const listed = Array.isArray(map(rowsOf(value)[at])[part]);
  return ["rules", at, part, listed ? column.at : column.name];
};

/** A value of a cell as one text of FEEL. */
export const feelText = (value) => {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return `[${value.map(feelText).join(", ")}]`;
  if (isMap(value)) return `{${Object.entries(value).map(([key, each]) => `${key}: ${feelText(each)}`).join(", ")}}`;
  return value === undefined ? "" : stringify(value);
};

/** The text that a cell shows. */
export const shown = (row, column) => {
  const value = cellAt(row, column);
  if (column.kind === "note") return choose(value);
  if (value === null && (column.kind === "input" || !("default" in column.body))) return "";
  return feelText(value);
};

/** What was typed as a value: plain numbers and booleans are themselves, all else is FEEL. */
export const heard = (text, before) => {
  const typed = text.trim();
  if (/^-?\d+(\.\d+)?$/.test(typed)) return number(typed) ?? typed;
  if ((typed === "true" || typed === "false") && typeof before !== "string") return typed === "true";
  return typed;
};

/** Writes a text into a cell of a row that may be changed. */
export const put = (row, column, text, language) => {
  if (shown(row, column) === text) return;
  const part = CELLS[column.kind];
  if (part) putCell(row, part, column, text);
  else if (column.kind === "note") putNote(row, text, language);
  else if (text.trim()) row[column.kind] = text.trim();
  else delete row[column.kind];
};

const putNote = (row, text, language) => {
  if (isMap(row.note)) {
    if (text) row.note[language] = text;
    else delete row.note[language];
    if (!Object.keys(row.note).length) delete row.note;
  } else if (text) row.note = text;
  else delete row.note;
};

const putCell = (row, part, column, text) => {
  const value = heard(text, cellAt(row, column));
  const nothing = value === "" || (part === "when" && value === "-");
  const cells = row[part];
  if (Array.isArray(cells)) {
    while (cells.length < column.at) cells.push(part === "when" ? "-" : null);
    cells[column.at] = nothing ? (part === "when" ? "-" : null) : value;
    return;
  }
  if (!isMap(cells)) insertKey(row, part, {});
  if (!nothing) row[part][column.name] = value;
  else delete row[part][column.name];
  if (part === "when" && !Object.keys(row.when).length) delete row.when;
};

const ORDER = {
  row: ["id", "when", "then", "note", "valid_from", "valid_to"],
  table: ["kind", "id", "title", "description", "owner", "tags", "requires", "reads", "parameters", "hit", "inputs", "outputs", "labels", "rules", "tests"],
  column: ["name", "value", "type", "nullable", "allowed", "default"],
};

/** Puts a key into a map where it usually stands among the others. */
export const insertKey = (body, key, value, kind = "row") => {
  const order = ORDER[kind];
  const before = order.slice(order.indexOf(key) + 1);
  const pairs = Object.entries(body).filter(([each]) => each !== key);
  const at = key in body ? Object.keys(body).indexOf(key) : pairs.findIndex(([each]) => before.includes(each));
  pairs.splice(at < 0 ? pairs.length : at, 0, [key, value]);
  Object.keys(body).forEach((each) => delete body[each]);
  Object.assign(body, Object.fromEntries(pairs));
};

/** The number a text says, as people of a language write it; undefined where it is none. */
export const spokenNumber = (text, language) => {
  const bare = text.trim().replace(/[\u00a0\u202f ](?=\d{3}(\D|$))/g, "");
  // With blanks between the thousands a comma can only be that of a fraction.
  const comma = language !== "en" || /\d[\u00a0\u202f ]\d{3}(,|$)/.test(text);
  const plain = comma ? bare.replace(/^(-?\d+),(\d+)$/, "$1.$2") : bare.replace(/,(?=\d{3}(\D|$))/g, "");
  return /^-?\d+(\.\d+)?$/.test(plain) ? plain : undefined;
};

