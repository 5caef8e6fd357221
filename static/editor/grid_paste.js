// Cells as spreadsheets put them on the clipboard, read and written.
import { list, map, name, spokenNumber } from "./grid_model.js";

export const MOST_CELLS = 100_000;
export const MOST_SIGNS = 4_000_000;

/**
 * The cells of a text: lines of tabs. A cell is in quotes only where it has to be (a tab, a line
 * break or doubled quotes in it), for FEEL's own texts have quotes too.
 */
export const readCells = (text) => {
  const lines = [];
  let line = [];
  let at = 0;
  while (at <= text.length) {
    const [cell, end] = quoted(text, at) ?? bare(text, at);
    line.push(cell);
    at = end + 1;
    if (text[end] === "\t") continue;
    if (text[end] === "\r" && text[end + 1] === "\n") at += 1;
    lines.push(line);
    line = [];
    if (end >= text.length) break;
    // The break at the end of the last line begins no other.
    if (at >= text.length) break;
  }
  return lines;
};

const ENDS = /[\t\r\n]/g;

const bare = (text, at) => {
  ENDS.lastIndex = at;
  const end = ENDS.exec(text)?.index ?? text.length;
  return [text.slice(at, end), end];
};

const quoted = (text, at) => {
  if (text[at] !== '"') return undefined;
  let end = at + 1;
  while (end < text.length && (text[end] !== '"' || text[end + 1] === '"')) end += text[end] === '"' ? 2 : 1;
  const after = text[end + 1];
  const inner = text.slice(at + 1, end);
  const closed = end < text.length && (after === undefined || after === "\t" || after === "\r" || after === "\n");
  if (!closed || !/[\t\r\n]|""/.test(inner)) return undefined;
  return [inner.replaceAll('""', '"'), end + 1];
};

/** The text for a spreadsheet. */
export const writeCells = (lines) =>
  lines.map((line) => line.map((cell) => (/[\t\r\n]|^"/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join("\t")).join("\r\n");

const WORDS = /^[\p{L}\d][\p{L}\d _./-]*$/u;
const MEANT = new Set(["null", "true", "false", "-"]);

/** A text from a spreadsheet as FEEL of a column; `told.numbers` and `told.texts` count changes. */
export const asFeel = (text, column, { language, names, told }) => {
  const typed = text.trim().replace(/\s*[\r\n]+\s*/g, " ");
  if (column.kind === "note") return text.trim();
  if (column.kind === "valid_from" || column.kind === "valid_to") return asDay(typed);
  if (column.kind === "id" || typed === "" || MEANT.has(typed)) return typed;
  const type = column.body.type;
  if (type === "number") {
    const plain = spokenNumber(typed, language);
    if (plain !== undefined && plain !== typed) told.numbers += 1;
    return plain ?? typed;
  }
  if (type !== "string" || !WORDS.test(typed) || names.has(typed) || /^\p{L}\w*(\.\w+)+$/u.test(typed)) return typed;
  told.texts += 1;
  return JSON.stringify(typed);
};

const asDay = (text) => {
  const found = /^(\d{1,2})\. ?(\d{1,2})\. ?(\d{4})$/.exec(text);
  return found ? `${found[3]}-${found[2].padStart(2, "0")}-${found[1].padStart(2, "0")}` : text;
};

/** The names that a cell may mean when it is a bare word. */
export const knownNames = (value) =>
  new Set([
    ...list(value.inputs).flatMap((one) => [name(one), String(map(one).value ?? "").split(".")[0]]),
    ...Object.keys(map(value.requires)),
    ...Object.keys(map(value.reads)),
    ...Object.keys(map(value.parameters)),
  ]);

/** The values that `allowed` names, without their quotes. */
export const allowedTexts = (column) =>
  [...String(column.body.allowed ?? "").matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((found) => found[1]);

/**
 * A text that is being typed with the rest of an allowed value, as spreadsheets do it: what stands
 * after `from` was not typed, and where it is `bare`, nor was the quotation mark `at` its beginning.
 * `"PL","S` is completed at its end.
 */
export const completed = (typed, column) => {
  const found = /^((?:.*,)?\s*(?:not\()?)("?)([^"\s,()][^",()]*)$/u.exec(typed);
  if (!found) return undefined;
  const [, before, quote, begun] = found;
  const value = allowedTexts(column).find((each) => each.length > begun.length && each.toLowerCase().startsWith(begun.toLowerCase()));
  return value === undefined ? undefined : { text: `${before}"${value}"`, from: before.length + 1 + begun.length, at: before.length, bare: !quote };
};
