// A map: the fields that its schema knows, entries with names of one's own, and what nobody knows.
import { h, t } from "./dom.js";
import { copy } from "./exact.js";
import { offerKeys } from "./known.js";
import { data } from "./page.js";
import { arrange, focusEntry, told, tools } from "./panel_entries.js";
import { makeField, nameOf } from "./panel_field.js";
import { emptyOf, formOf, forms, inside, isOpen, keysOf, requiredOf, typeOf } from "./panel_schema.js";
import { store } from "./store.js";
import { written } from "./panel_written.js";

// Above so many fields only those are shown that say something.
const MANY = 12;
const PAGE = 50;
const HEAD = ["bundle", "scenario"].includes(data.kind) ? [data.kind] : ["kind", "id"];

const isSimple = (schema) => {
  const form = formOf(forms(schema), undefined);
  return form && !["array", "object"].includes([form.type ?? (form.properties ? "object" : "string")].flat()[0]);
};

export const mapControl = (field) => {
  const { form, path } = field;
  const known = field.only ?? keysOf(form).filter((key) => !(path.length === 0 && HEAD.includes(key)) && !field.skip?.includes(key));
  const open = isOpen(form) && !field.only;
  const views = new Map();
  const fields = h("div", { class: "ol-pf-fields" });
  const rows = h("div", { class: "ol-pf-rows" });
  const strange = h("div", { class: "ol-pf-strange" });
  const more = h("button", { type: "button", class: "btn btn-sm btn-quiet", onclick: () => { shown += PAGE; field.show(); } });
  const adding = addField(field, (key) => begin(key));
  const naming = open && !field.locked ? addKey(field, (key) => begin(key)) : undefined;
  let shown = PAGE;

  const value = () => (typeOf(field.value) === "object" ? field.value : {});
  const begin = (key) => {
    if (Object.hasOwn(value(), key)) {
      told("panel.there", { name: key });
      views.get(key)?.reveal([]);
      return false;
    }
    store.set([...path, key], emptyOf(inside(form, key)));
    views.get(key)?.reveal([]);
    told("panel.added", { name: key });
    return true;
  };
  const declared = (key, required) => {
    if (!views.has(key)) {
      const schema = inside(form, key);
      views.set(key, makeField({ schema, path: [...path, key], label: nameOf(schema, key), required, open: Boolean(field.only) }));
    }
    return views.get(key);
  };
  const entry = (key) => {
    if (!views.has(key)) views.set(key, entryOf(field, key, { move, take, renamed }));
    return views.get(key);
  };
  const move = (key, by) => {
    const keys = Object.keys(value());
    const from = keys.indexOf(key);
    const to = from + by;
    if (to < 0 || to >= keys.length) return;
    keys.splice(to, 0, ...keys.splice(from, 1));
    store.change((whole) => reorder(path.reduce((inner, each) => inner[each], whole), keys));
    told("panel.moved", { name: key, place: String(to + 1) });
    views.get(key)?.element.querySelector(`[data-part="${by < 0 ? "up" : "down"}"]`)?.focus();
  };
  const take = (key) => {
    const n = [...rows.children].indexOf(views.get(key)?.element);
    store.set([...path, key], undefined);
    const left = Object.keys(value()).filter((each) => !known.includes(each)).map((each) => views.get(each)).filter(Boolean);
    focusEntry(left, n, naming?.input);
    told("panel.removed", { name: key });
  };
  /** What was open stays open under its other name, and the focus stays in the name. */
  const renamed = (key, name) => {
    const before = views.get(key);
    const inside = before?.element.contains(document.activeElement);
    const open = before?.details?.open;
    store.rename([...path, key], name);
    const after = views.get(name);
    if (open) after?.reveal([]);
    if (inside) after?.element.querySelector("[data-part='name']")?.focus();
    told("panel.renamed", { name: key, to: name });
  };
  const show = () => {
    const now = value();
    const required = requiredOf(form, now);
    const visible = known.filter((key) => field.only || Object.hasOwn(now, key) || required.has(key) || (known.length <= MANY && isSimple(inside(form, key))));
    const others = Object.keys(now).filter((key) => !keysOf(form).includes(key) && !field.only && !field.skip?.includes(key));
    const own = others.filter((key) => open && !key.startsWith("x-"));
    const odd = others.filter((key) => !own.includes(key) && !(path.length === 0 && HEAD.includes(key)));
    const all = [...visible.map((key) => declared(key, required.has(key)))];
    const entries = own.slice(0, shown).map(entry);
    for (const key of views.keys()) if (!visible.includes(key) && !own.includes(key)) views.delete(key);
    arrange(fields, all.map((view) => view.element));
    arrange(rows, entries.map((view) => view.element));
    [...all, ...entries].forEach((view) => view.show());
    more.hidden = own.length <= shown;
    more.textContent = t("panel.more", { count: Math.min(PAGE, own.length - shown), all: own.length - shown });
    adding.show(known.filter((key) => !visible.includes(key)), (key) => nameOf(inside(form, key), key));
    strange.replaceChildren(...(odd.length ? unknown(Object.fromEntries(odd.map((key) => [key, now[key]]))) : []));
  };
  return {
    element: h("div", { class: "ol-pf-map" }, fields, rows, more, naming?.element, adding.element, strange),
    show,
    judge: () => views.forEach((view) => view.judge()),
    reveal([key, ...rest]) {
      const keys = Object.keys(value());
      if (!views.has(key) && keys.includes(key) && keys.indexOf(key) >= shown) {
        shown = keys.indexOf(key) + PAGE;
        show();
      }
      return views.get(key)?.reveal(rest) ?? false;
    },
  };
};

/** An entry under a name of one's own, which can be changed. */
const entryOf = (field, key, { move, take, renamed }) => {
  const path = [...field.path, key];
  const at = path.join(".");
  const schema = inside(field.form, key);
  const rename = () => {
    const name = input.value.trim();
    if (name === key) return;
    if (!name || Object.hasOwn(field.value ?? {}, name)) {
      told(name ? "panel.there" : "panel.no_name", { name });
      input.value = key;
      return;
    }
    renamed(key, name);
  };
  const input = h("input", {
    class: "form-control mono ol-pf-k", ".value": key, "aria-label": t("panel.name_of", { name: key }), disabled: field.locked,
    "data-at": at, "data-part": "name", autocomplete: "off", onchange: rename,
  });
  offerKeys(field, input);
  return makeField({
    schema, path, label: key, inline: true, keep: true,
    tools: [input, ...tools({ at, locked: field.locked, name: () => key, move: (by) => move(key, by), take: () => take(key) })],
  });
};

const reorder = (inner, keys) => {
  const kept = copy(inner);
  keys.forEach((key) => delete inner[key]);
  keys.forEach((key) => { inner[key] = kept[key]; });
};

const addField = (field, begin) => {
  const select = h("select", { class: "form-select", "aria-label": t("panel.more_fields", { name: field.label || t("panel.all") }), "data-at": field.path.join("."), "data-part": "field", disabled: field.locked });
  const add = h("button", { type: "button", class: "btn btn-sm", onclick: () => select.value && begin(select.value) }, t("panel.add"));
  const element = h("div", { class: "ol-pf-add" }, select, add);
  return {
    element,
    show(keys, name) {
      element.hidden = keys.length === 0 || field.locked || Boolean(field.only);
      const there = [...select.options].map((each) => each.value).join("\n");
      if (there === keys.join("\n")) return;
      select.replaceChildren(...keys.map((key) => h("option", { value: key }, name(key))));
    },
  };
};

const addKey = (field, begin) => {
  const act = () => {
    const name = input.value.trim();
    if (!name) {
      told("panel.no_name", {});
      input.focus();
      return;
    }
    if (begin(name)) input.value = "";
  };
  const input = h("input", {
    class: "form-control mono", "aria-label": t("panel.new_name", { name: field.label || t("panel.all") }), placeholder: t("panel.new"), autocomplete: "off",
    "data-at": field.path.join("."), "data-part": "new",
    onkeydown: (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      act();
    },
  });
  offerKeys(field, input);
  return { input, element: h("div", { class: "ol-pf-add" }, input, h("button", { type: "button", class: "btn btn-sm", onclick: act }, t("panel.add"))) };
};

const unknown = (value) => [h("p", { class: "muted small" }, t("panel.unknown")), h("pre", { class: "ol-pf-raw", tabindex: "0" }, written(value))];
