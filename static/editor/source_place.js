// Where a place in a YAML text is: the keys around it, and what is being written there. Reads what
// stands before the place and no more, so that a text that is half written has places too.

const KEY = /^("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s#"'[\]{},&*!|>%@`-][^#]*?|-[^\s#][^#]*?)\s*:(?=\s|$)/;
const BLOCK = /^(?:&\S+\s+)?[|>][-+0-9]*\s*(?:#.*)?$/;

const plain = (key) => key.replace(/^["']|["']$/g, "");

/** Brackets, read sign by sign from where they begin. */
class Flow {
  constructor() {
    this.open = [];
    this.typed = "";
    this.quote = "";
  }

  read(text) {
    for (let n = 0; n < text.length; n += 1) {
      if (!this.quote && text[n] === "#" && /\s/.test(text[n - 1] ?? " ")) return;
      this.#sign(text[n], text[n + 1]);
      if (!this.open.length && !this.quote) return;
    }
    if (this.open.length) this.#sign(" ");
  }

  #sign(sign, next) {
    const inner = this.open.at(-1);
    if (this.quote) {
      if (sign === this.quote) this.quote = "";
      this.typed += sign;
    } else if ((sign === '"' || sign === "'") && !this.typed.trim()) {
      this.quote = sign;
      this.typed = sign;
    } else if (sign === "{" || sign === "[") {
      this.open.push(sign === "{" ? { map: true } : { n: 0 });
      this.typed = "";
    } else if (sign === "}" || sign === "]") {
      this.open.pop();
      this.typed = "";
    } else if (sign === ",") {
      if (inner.map) delete inner.key;
      else inner.n += 1;
      this.typed = "";
    } else if (sign === ":" && inner.map && inner.key === undefined && (next === undefined || /[\s,[\]{}"']/.test(next))) {
      inner.key = plain(this.typed.trim());
      this.typed = "";
    } else {
      this.typed += sign;
    }
  }

  get path() {
    return this.open.map((each) => (each.map ? each.key : each.n)).filter((each) => each !== undefined);
  }

  get isKey() {
    const inner = this.open.at(-1);
    return Boolean(inner?.map && inner.key === undefined);
  }
}

/** Blocks, read line by line. `stack`: maps by their key, lists by their place, with indents. */
class Blocks {
  constructor() {
    this.stack = [];
    this.flow = undefined;
    this.scalar = undefined;
    this.typed = "";
    this.isKey = true;
  }

  get path() {
    return [...this.stack.map((each) => each.key ?? each.n), ...(this.flow?.path ?? [])];
  }

  line(text, last) {
    if (this.flow) return this.#flows(text, last);
    const indent = text.length - text.trimStart().length;
    const rest = text.trim();
    if (this.scalar !== undefined) {
      if (!rest || indent > this.scalar) return;
      this.scalar = undefined;
    }
    if (rest === "---" && !last) this.stack = [];
    if (rest.startsWith("#") || (!rest && !last)) return;
    this.#block(indent, last ? text.slice(indent) : rest, last);
  }

  #block(indent, text, last) {
    let at = indent;
    let rest = text;
    for (let dash = rest.match(/^-(\s+|$)/); dash; dash = rest.match(/^-(\s+|$)/)) {
      this.#leave((each) => each.indent > at || (each.indent === at && each.n === undefined && each !== this.#above(at)));
      const list = this.stack.at(-1);
      if (list?.indent === at && list.n !== undefined) list.n += 1;
      else this.stack.push({ indent: at, n: 0 });
      at += dash[0].length;
      rest = rest.slice(dash[0].length);
    }
    this.#leave((each) => each.indent > at || (each.indent === at && !(rest !== text && each.n !== undefined)));
    const key = rest.match(KEY);
    this.isKey = !key;
    this.typed = rest.trimStart();
    if (!key) {
      if (/^[{[]/.test(this.typed)) this.#begin(this.typed, last);
      return;
    }
    this.stack.push({ indent: at, key: plain(key[1]) });
    const value = rest.slice(key[0].length).trimStart().replace(/^[&!]\S+\s*/, "");
    this.typed = value;
    if (BLOCK.test(value)) this.scalar = at;
    else if (/^[{[]/.test(value)) this.#begin(value, last);
  }

  /** A list may stand below a key of the same indent. */
  #above(at) {
    const top = this.stack.at(-1);
    return top?.indent === at && top.key !== undefined ? top : undefined;
  }

  #leave(test) {
    while (this.stack.length && test(this.stack.at(-1))) this.stack.pop();
  }

  #begin(text, last) {
    this.flow = new Flow();
    this.#flows(text, last);
  }

  #flows(text, last) {
    this.flow.read(text);
    this.isKey = this.flow.isKey;
    this.typed = this.flow.typed.trimStart();
    if (!this.flow.open.length && !last) this.flow = undefined;
  }
}

/**
 * What is written at a row and column (from 0) of lines: `{path, isKey, typed}`. `path`: of the map
 * or list around it, with the key where its value is being written. `typed`: what of it stands
 * there.
 */
export const placeAt = (lines, row, column) => {
  const blocks = new Blocks();
  for (let n = 0; n < row; n += 1) blocks.line(lines[n] ?? "", false);
  const before = (lines[row] ?? "").slice(0, column);
  if (blocks.scalar !== undefined && !before.trim() && column > blocks.scalar) return { path: blocks.path, isKey: false, typed: "" };
  blocks.line(before, true);
  return { path: blocks.path, isKey: blocks.isKey, typed: blocks.typed.trimEnd() };
};

/** The line (from 0) on which the value at a path begins, or the nearest around it. */
export const lineOf = (lines, path) => {
  const blocks = new Blocks();
  let found = 0;
  let depth = 0;
  for (const [n, line] of lines.entries()) {
    blocks.line(line, false);
    const here = blocks.path;
    let same = 0;
    while (same < here.length && same < path.length && String(here[same]) === String(path[same])) same += 1;
    if (same > depth && same === here.length) {
      depth = same;
      found = n;
    }
    if (depth === path.length) break;
  }
  return found;
};
