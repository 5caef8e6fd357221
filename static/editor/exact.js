// JSON as it is written: a number that a browser would round keeps its digits.

/** A number that JavaScript cannot hold; it is written back as it was read. */
export class Exact {
  constructor(text) {
    this.text = text;
  }
  toString() {
    return this.text;
  }
}

const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

const kept = (key, value, context) =>
  typeof value === "number" && context?.source !== undefined && String(value) !== context.source
    ? new Exact(context.source)
    : value;

/** Reads JSON. */
export const parse = (text) => JSON.parse(text, kept);

/** Writes JSON. */
export const stringify = (value) => {
  if (value instanceof Exact) return value.text;
  if (Array.isArray(value)) return `[${value.map((each) => stringify(each ?? null)).join(",")}]`;
  if (value && typeof value === "object") {
    const pairs = Object.entries(value).filter(([, each]) => each !== undefined);
    return `{${pairs.map(([key, each]) => `${JSON.stringify(key)}:${stringify(each)}`).join(",")}}`;
  }
  return JSON.stringify(value);
};

/** What somebody typed as a number, exactly; undefined where it is none. */
export const number = (text) => {
  const typed = text.trim().replace(/^(-?)0+(?=\d)/, "$1");
  if (!NUMBER.test(typed)) return undefined;
  return String(Number(typed)) === typed ? Number(typed) : new Exact(typed);
};

export const isNumber = (value) => typeof value === "number" || value instanceof Exact;

/** A copy that shares nothing which could be changed. */
export const copy = (value) => {
  if (Array.isArray(value)) return value.map(copy);
  if (value && typeof value === "object" && !(value instanceof Exact)) {
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, copy(each)]));
  }
  return value;
};

export const same = (one, other) => stringify(one) === stringify(other);
