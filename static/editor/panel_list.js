// A list: its elements in order, added, moved and removed.
import { h, t } from "./dom.js";
import { copy } from "./exact.js";
import { arrange, button, focusEntry, PAGE, told, tools } from "./panel_entries.js";
import { makeField, nameOf } from "./panel_field.js";
import { emptyOf, resolve } from "./panel_schema.js";
import { store } from "./store.js";

export const listControl = (field) => {
  const items = field.form.items ?? {};
  const rows = h("div", { class: "ol-pf-rows" });
  const more = h("button", { type: "button", class: "btn btn-sm btn-quiet", onclick: () => { shown += PAGE; show(field.value); } });
  const add = field.locked ? null : h("button", {
    type: "button", class: "btn btn-sm", "data-at": field.path.join("."), "data-part": "add", onclick: () => added(),
  }, t("panel.add_to", { name: field.label || nameOf(resolve(items), t("panel.entry")) }));
  let views = [];
  let shown = PAGE;

  const list = () => (Array.isArray(field.value) ? field.value : []);
  const added = () => {
    const n = list().length;
    shown = Math.max(shown, n + 1);
    store.set([...field.path, n], emptyOf(items));
    views[n]?.reveal([]);
    told("panel.added", { name: String(n + 1) });
  };
  const move = (n, by) => {
    const to = n + by;
    if (to < 0 || to >= list().length) return;
    store.change((whole) => {
      const inner = field.path.reduce((value, key) => value[key], whole);
      inner.splice(to, 0, ...inner.splice(n, 1));
    });
    told("panel.moved", { name: String(n + 1), place: String(to + 1) });
    views[to]?.element.querySelector(`[data-part="${by < 0 ? "up" : "down"}"]`)?.focus();
  };
  const take = (n) => {
    store.set([...field.path, n], undefined);
    focusEntry(views, n, add);
    told("panel.removed", { name: String(n + 1) });
  };
  const twice = (n) => {
    store.change((whole) => {
      const inner = field.path.reduce((value, key) => value[key], whole);
      inner.splice(n + 1, 0, copy(inner[n]));
    });
    views[n + 1]?.reveal([]);
    told("panel.added", { name: String(n + 2) });
  };
  const entry = (n) => {
    const path = [...field.path, n];
    const at = path.join(".");
    const name = t("panel.nth", { name: field.label || t("panel.entry"), n: n + 1 });
    const locked = field.locked;
    const doubling = locked ? [] : [button("copy", t("panel.copy", { name }), () => twice(n), { "data-at": at, "data-part": "copy" })];
    return makeField({
      schema: items, path, label: String(n + 1), inline: true, keep: true,
      tools: [...doubling, ...tools({ at, locked, name: () => name, move: (by) => move(n, by), take: () => take(n) })],
    });
  };
  const show = (value) => {
    const count = Array.isArray(value) ? Math.min(value.length, shown) : 0;
    views.length = Math.min(views.length, count);
    while (views.length < count) views.push(entry(views.length));
    arrange(rows, views.map((view) => view.element));
    views.forEach((view) => view.show());
    const rest = list().length - count;
    more.hidden = rest <= 0;
    more.textContent = t("panel.more", { count: Math.min(rest, PAGE), all: rest });
  };
  return {
    element: h("div", { class: "ol-pf-list" }, rows, more, add),
    show,
    judge: () => views.forEach((view) => view.judge()),
    reveal(path) {
      const n = Number(path[0]);
      if (n >= shown) {
        shown = n + PAGE;
        show(field.value);
      }
      return views[n]?.reveal(path.slice(1)) ?? false;
    },
  };
};
