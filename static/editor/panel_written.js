// A value as it would roughly stand in the text, for people to read.
import { Exact, stringify } from "./exact.js";

const MOST = 4000;
const PLAIN = /^[\p{L}_][\p{L}\p{N}_ ./@-]*$/u;

const line = (value) => (typeof value === "string" && PLAIN.test(value) ? value : value instanceof Exact ? value.text : stringify(value ?? null));
const isInner = (value) => value !== null && typeof value === "object" && !(value instanceof Exact) && Object.keys(value).length > 0;

const lines = (value, depth) => {
  if (depth > 20) return ["…"];
  const rows = Array.isArray(value) ? value.map((each) => ["-", each]) : Object.entries(value).map(([key, each]) => [`${line(key)}:`, each]);
  return rows.flatMap(([head, each]) => (isInner(each) ? [head, ...lines(each, depth + 1).map((one) => `  ${one}`)] : [`${head} ${line(each)}`]));
};

/** The first of it. */
export const written = (value) => {
  const text = isInner(value) ? lines(value, 0).join("\n") : line(value);
  return text.length > MOST ? `${text.slice(0, MOST)}\n…` : text;
};
