// What lists and maps share: rows that are kept as long as they can be, buttons to move and remove.
import { h, icon, say, t } from "./dom.js";
import { first } from "./panel_focus.js";

export const PAGE = 50;

export const button = (name, label, act, more = {}) =>
  h("button", { type: "button", class: "ol-pf-b", "aria-label": label, title: label, onclick: act, ...more }, icon(name, true));

/** Puts elements in their order, moving as few as possible. */
export const arrange = (parent, elements) => {
  let here = parent.firstChild;
  for (const element of elements) {
    if (element === here) here = here.nextSibling;
    else parent.insertBefore(element, here);
  }
  while (here) {
    const next = here.nextSibling;
    here.remove();
    here = next;
  }
};

/** Buttons of an entry. `move(by)`, `take()`; `name()` says which entry it is. */
export const tools = ({ at, locked, name, move, take }) => {
  if (locked) return [];
  const marks = (part) => ({ "data-at": at, "data-part": part });
  return [
    button("up", t("panel.up", { name: name() }), () => move(-1), marks("up")),
    button("down", t("panel.down", { name: name() }), () => move(1), marks("down")),
    button("trash", t("panel.remove", { name: name() }), take, marks("take")),
  ];
};

export const told = (key, params) => say(t(key, params));

/** The focus goes to the entry that stands where one was taken away, else to `otherwise`. */
export const focusEntry = (views, n, otherwise) => {
  const view = views[Math.min(n, views.length - 1)];
  (view ? first(view.element) : otherwise)?.focus();
};
