// The tree of what is on the form: chosen, moved and dropped by pointer and by keys.
import { h, icon, t } from "./dom.js";
import { store } from "./store.js";
import { iconOf, isRequired, kindOf, schemaOf } from "./form_schema.js";
import { accepts, containers, kindOfPart, partAt, rowsOf } from "./form_layout.js";
import { titleOf } from "./form_verbs.js";

const CONDITIONS = ["visible", "required", "readonly"];

/** What is chosen: `keys` of rows, the last one is `current`. Events: chosen; opened, before it, where
    other rows are seen than before. */
class Choice extends EventTarget {
  constructor() {
    super();
    Object.assign(this, { rows: [], keys: [], shut: new Set(), anchor: "" });
    this.refresh();
  }
  refresh() {
    this.rows = rowsOf(store.value, this.shut);
    this.byKey = new Map(this.rows.map((row) => [row.key, row]));
    this.keys = this.keys.filter((key) => this.byKey.has(key));
  }
  get current() {
    return this.byKey.get(this.keys.at(-1));
  }
  get chosen() {
    return this.rows.filter((row) => this.keys.includes(row.key));
  }
  /** Chooses a row, opening what it is in. `range`: all between; `more`: besides; `passing`: others may follow at once. */
  choose(key, { range = false, more = false, passing = false } = {}) {
    this.passing = passing;
    if (key && !this.byKey.has(key)) this.#open(key);
    if (range && this.anchor) this.keys = this.#between(this.anchor, key);
    else if (more) this.keys = this.keys.includes(key) ? this.keys.filter((each) => each !== key) : [...this.keys, key];
    else this.keys = this.byKey.has(key) ? [key] : [];
    if (!range) this.anchor = key;
    this.dispatchEvent(new Event("chosen"));
  }
  #between(one, other) {
    const places = [one, other].map((key) => this.rows.findIndex((row) => row.key === key));
    const keys = this.rows.slice(Math.min(...places), Math.max(...places) + 1).map((row) => row.key);
    return [...keys.filter((key) => key !== other), other];
  }
  #open(key) {
    for (const each of [...this.shut]) if (key.startsWith(`${each}/`) || key.startsWith(`${each}#`)) this.shut.delete(each);
    this.#changed();
  }
  #changed() {
    this.refresh();
    this.dispatchEvent(new Event("opened"));
  }
  openAll() {
    this.shut.clear();
    this.#changed();
  }
  toggle(key, open) {
    if (open) this.shut.delete(key);
    else this.shut.add(key);
    this.#changed();
    this.dispatchEvent(new Event("chosen"));
  }
}

export const choice = new Choice();

/** The rows by what findings name: places in the layout, and fields. */
const placesOf = (rows) => {
  const known = new Map();
  for (const row of rows) {
    if (row.place && row.type !== "inner") known.set(row.place.join("."), row.key);
    if (row.path !== undefined && !known.has(`field ${row.path}`)) known.set(`field ${row.path}`, row.key);
  }
  return known;
};

const FIELD = /^(?:compute|labels)\.(.+)$/;

/** The names in a place of the schema: `schema.properties.a.items.properties.b` is a.b. */
const namesIn = (path) =>
  path.split(".").slice(1).filter((each, n, all) => (each !== "properties" && each !== "items") || all[n - 1] === "properties");

/** The nearest row around the place that a finding names. */
const rowKeyOf = (path, known) => {
  const names = path.startsWith("schema.") ? namesIn(path) : FIELD.exec(path)?.[1].split("=")[0].split(".");
  const parts = names ?? path.split(".");
  for (let end = parts.length; end > 0; end -= 1) {
    const here = parts.slice(0, end).join(".");
    const key = known.get(names ? `field ${here}` : here);
    if (key) return key;
  }
  return undefined;
};

/** How bad the findings of each row are. */
const findingsByRow = (rows) => {
  const known = placesOf(rows);
  const found = new Map();
  for (const each of store.findings ?? []) {
    const key = rowKeyOf(String(each.path ?? ""), known);
    if (key && found.get(key) !== "error") found.set(key, each.severity);
  }
  return found;
};

const put = (element, name, value) => {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
};

/** The row that a finding is about; undefined where it is about the whole. */
export const rowOfFinding = (path) => {
  choice.openAll();
  return rowKeyOf(path, placesOf(choice.rows));
};

const kindOfRow = (row) => (row.path === undefined ? row.type : kindOf(schemaOf(store.value, row.path)));

const marks = (row, severity) => {
  const part = row.type === "inner" ? undefined : row.part;
  const found = [];
  if (row.path !== undefined && isRequired(store.value, row.path)) found.push(["required", h("span", { class: "fd-star", "aria-hidden": "true" }, "*")]);
  if (part && CONDITIONS.some((key) => part[key] !== undefined)) found.push(["conditional", icon("eye", true)]);
  if (store.value.compute && Object.hasOwn(store.value.compute, row.path ?? "")) found.push(["computed", icon("bolt", true)]);
  if (row.unseen) found.push(["unseen", icon("minus", true)]);
  if (severity) found.push([severity === "error" ? "has_error" : "has_warning", icon("alert", true)]);
  return found;
};

/** Draws the tree into `list`; `drop(payload, to)` is called when something was dropped. */
export const tree = (list, { drop, key }) => {
  const made = new Map();
  let dragged;

  const line = (row, severity) => {
    const title = titleOf(store.value, row);
    const kind = kindOfRow(row);
    const shown = marks(row, severity);
    const sign = JSON.stringify([title, kind, row.path, row.level, row.holds, choice.shut.has(row.key), shown.map((each) => each[0])]);
    const old = made.get(row.key);
    if (old?.sign === sign) return old.element;
    const said = [t(`form_design.kind.${kind}`), ...shown.map(([word]) => t(`form_design.mark.${word}`))].join(", ");
    const element = h("li", {
      role: "treeitem", class: `fd-row ${row.type}${severity ? ` ${severity}` : ""}`, tabindex: "-1", draggable: row.type === "inner" || row.type === "unknown" ? "false" : "true",
      "data-key": row.key, "aria-level": row.level, ...(row.holds ? { "aria-expanded": String(!choice.shut.has(row.key)) } : {}),
    },
    row.holds ? h("span", { class: "fd-open", "aria-hidden": "true" }, icon(choice.shut.has(row.key) ? "right" : "down", true)) : h("span", { class: "fd-open" }),
    icon(iconOf(kind), true), h("span", { class: "fd-title" }, title),
    row.path !== undefined ? h("span", { class: "fd-name mono" }, row.type === "inner" ? row.path.split(".").at(-1) : row.path) : null,
    ...shown.map(([word, sign_]) => h("span", { class: `fd-mark ${word}`, title: t(`form_design.mark.${word}`), "aria-hidden": "true" }, sign_)),
    h("span", { class: "vh" }, `, ${said}`));
    element.style.setProperty("--level", String(row.level - 1));
    made.set(row.key, { sign, element });
    return element;
  };

  const draw = () => {
    choice.refresh();
    const found = findingsByRow(choice.rows);
    const focused = list.contains(document.activeElement);
    const wanted = choice.rows.map((row) => line(row, found.get(row.key)));
    const first = choice.rows.findIndex((row) => row.type === "left");
    if (first >= 0) wanted.splice(first, 0, h("li", { role: "none", class: "fd-left-h muted small" }, t("form_design.left_out")));
    wanted.forEach((element, n) => {
      if (list.children[n] !== element) list.insertBefore(element, list.children[n] ?? null);
    });
    while (list.children.length > wanted.length) list.lastElementChild.remove();
    for (const key_ of [...made.keys()]) if (!choice.byKey.has(key_)) made.delete(key_);
    choose();
    if (focused) focus();
  };
  const choose = () => {
    const current = choice.current?.key ?? choice.rows[0]?.key;
    const chosen = new Set(choice.keys);
    // What says so already is not written again: the browser would look at the styles of every row.
    for (const element of list.querySelectorAll("[data-key]")) {
      put(element, "aria-selected", String(chosen.has(element.dataset.key)));
      put(element, "tabindex", element.dataset.key === current ? "0" : "-1");
    }
  };
  const focus = () => {
    const element = list.querySelector('[tabindex="0"]');
    element?.focus({ preventScroll: true });
    element?.scrollIntoView({ block: "nearest" });
  };

  const rowAt = (event) => choice.byKey.get(event.target.closest?.("[data-key]")?.dataset.key);
  list.addEventListener("click", (event) => {
    const row = rowAt(event);
    if (!row) return;
    if (event.target.closest(".fd-open") && row.holds) choice.toggle(row.key, choice.shut.has(row.key));
    else choice.choose(row.key, { range: event.shiftKey, more: event.ctrlKey || event.metaKey });
    focus();
  });
  list.addEventListener("keydown", (event) => {
    const rows = choice.rows;
    const index = Math.max(rows.findIndex((row) => row.key === (choice.current?.key ?? rows[0]?.key)), 0);
    const row = rows[index];
    const to = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: rows.length - 1 }[event.key];
    if (to !== undefined && !event.altKey) {
      event.preventDefault();
      const next = rows[Math.min(Math.max(to, 0), rows.length - 1)];
      if (next) choice.choose(next.key, { range: event.shiftKey, passing: true });
      focus();
    } else if ((event.key === "ArrowRight" || event.key === "ArrowLeft") && row?.holds && !event.altKey) {
      event.preventDefault();
      choice.toggle(row.key, event.key === "ArrowRight");
      focus();
    } else if (key(event, row)) {
      event.preventDefault();
    }
  });

  // Dragging: rows of the tree, and what the palette lets go over it.
  const target = (event) => {
    const row = rowAt(event);
    const kind = dragged ? kindOfPart(dragged.row ? (dragged.row.part ?? dragged.row.path) : partLike(dragged.kind)) : undefined;
    if (!kind) return undefined;
    if (!row) return { to: end(kind) };
    const box = event.target.closest("[data-key]").getBoundingClientRect();
    const after = event.clientY > box.top + box.height / 2;
    return { row, after, to: placeAt(row, after, kind) };
  };
  const partLike = (kind) => (kind === "section" ? { section: "", fields: [] } : kind === "tabs" ? { tabs: [] } : "field");
  const end = (kind) => {
    const fits = containers(store.value).filter((each) => accepts(each, kind));
    const last = fits.at(-1);
    return last && { place: last.place, index: last.list.length };
  };
  const clear = () => list.querySelectorAll(".over-a,.over-b,.over-in").forEach((each) => each.classList.remove("over-a", "over-b", "over-in"));
  list.addEventListener("dragstart", (event) => {
    const row = rowAt(event);
    if (!row || (!row.place && row.type !== "left")) return;
    dragged = { row };
    event.dataTransfer.setData("text/plain", titleOf(store.value, row));
    event.dataTransfer.effectAllowed = "move";
  });
  list.addEventListener("dragover", (event) => {
    const found = target(event);
    clear();
    if (!found?.to) return;
    event.preventDefault();
    const element = event.target.closest("[data-key]");
    element?.classList.add(found.to.inside ? "over-in" : found.after ? "over-a" : "over-b");
  });
  list.addEventListener("dragleave", clear);
  list.addEventListener("drop", (event) => {
    const found = target(event);
    clear();
    if (!found?.to) return;
    event.preventDefault();
    const given = dragged;
    dragged = undefined;
    drop(given, found.to);
  });
  document.addEventListener("dragend", () => {
    dragged = undefined;
    clear();
  });

  store.addEventListener("changed", draw);
  store.addEventListener("checked", draw);
  choice.addEventListener("opened", draw);
  choice.addEventListener("chosen", () => {
    const focused = list.contains(document.activeElement);
    choose();
    if (focused) focus();
  });
  draw();
  /** `carry(kind)`: something of the palette is being dragged. */
  const carry = (kind) => {
    dragged = { kind };
  };
  return { focus, carry };
};

/** Where something dropped on a row goes: into a section over its lower half, else before or after. */
const placeAt = (row, after, kind) => {
  if (!row.place) return undefined;
  const all = containers(store.value);
  const below = all.find((each) => each.place.join("/").startsWith(`${row.key}/`) && accepts(each, kind));
  if (below && row.type !== "field" && kind === "field") return { place: below.place, index: 0, inside: true };
  for (let end = row.place.length; end > 1; end -= 2) {
    const home = all.find((each) => each.place.join("/") === row.place.slice(0, end - 1).join("/"));
    if (home && accepts(home, kind) && partAt(store.value, row.place.slice(0, end)) !== undefined) {
      return { place: home.place, index: row.place[end - 1] + (after ? 1 : 0) };
    }
  }
  return undefined;
};
