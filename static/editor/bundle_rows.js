// What the roles and the people of a bundle share: a map as rows with names of one's own.
import { h, t } from "./dom.js";
import { copy } from "./exact.js";
import { arrange, button, told } from "./panel_entries.js";
import { found } from "./panel_field.js";
import { held } from "./panel_focus.js";
import { loadSchema } from "./panel_schema.js";
import { store } from "./store.js";

const STROKED = { ł: "l", Ł: "l", đ: "d", Đ: "d", ø: "o", Ø: "o" };
const LONGEST = 60;
export const ID = /^[a-z0-9]+(-[a-z0-9]+)*$/;

/** An id made of a title: letters without their marks, hyphens between words. */
export const idOf = (title) => {
  const plain = title.replace(/[łŁđĐøØ]/g, (sign) => STROKED[sign]).normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  return plain.replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, LONGEST).replace(/-+$/, "");
};

export const keysOf = (key) => Object.keys(store.value[key] ?? {});

/** What is wrong at a place and below it, told again after every check. */
export const findings = (path) => {
  const element = h("div", { class: "ol-pf-e" });
  return { element, judge: () => element.replaceChildren(...store.findingsAt(path).map(found)) };
};

/** Buttons of a row: earlier, later, away. The focus stays with what was pressed. */
export const rowTools = (key, id, take) => {
  const marks = (part) => ({ "data-at": `${key}.${id}`, "data-part": part, disabled: !store.mayWrite });
  return [
    button("up", t("panel.up", { name: id }), () => moved(key, id, -1), marks("up")),
    button("down", t("panel.down", { name: id }), () => moved(key, id, 1), marks("down")),
    button("trash", t("panel.remove", { name: id }), take, marks("take")),
  ];
};

const moved = (key, id, by) => {
  const keys = keysOf(key);
  const to = keys.indexOf(id) + by;
  if (to < 0 || to >= keys.length) return;
  keys.splice(to, 0, ...keys.splice(keys.indexOf(id), 1));
  store.change((whole) => {
    const kept = copy(whole[key]);
    whole[key] = Object.fromEntries(keys.map((each) => [each, kept[each]]));
  });
  told("panel.moved", { name: id, place: String(to + 1) });
};

/**
 * The rows of the map `key`, as long as they can be the same elements. `row(id)` makes
 * `{element, show?, judge?, reveal(path)}`; `adding` stands below.
 */
export const rowsView = ({ key, row, adding, none }) => {
  const own = findings([key]);
  const nothing = h("p", { class: "muted" }, none);
  const list = h("ul", { class: "ol-bare ol-bd-rows" });
  const element = h("div", { class: "ol-bd" }, own.element, nothing, list, adding);
  const views = new Map();
  const judge = () => {
    const there = store.findings.filter((each) => each.path === key);
    own.element.replaceChildren(...there.map(found));
    views.forEach((view) => view.judge?.());
  };
  const look = () => {
    const restore = held(list);
    const keys = keysOf(key);
    for (const id of views.keys()) if (!keys.includes(id)) views.delete(id);
    keys.forEach((id) => views.has(id) || views.set(id, row(id)));
    arrange(list, keys.map((id) => views.get(id).element));
    views.forEach((view) => view.show?.());
    nothing.hidden = keys.length > 0;
    judge();
    restore();
  };
  for (const name of ["changed", "saved"]) store.addEventListener(name, look);
  store.addEventListener("checked", judge);
  look();
  return {
    element,
    again: look,
    show: ([, id, ...rest]) => {
      const view = views.get(id);
      if (view) {
        // The fields of a new row are made in a moment.
        loadSchema().then(() => view.reveal(rest));
        return true;
      }
      (adding.querySelector("input") ?? list).focus();
      element.scrollIntoView({ block: "nearest" });
      return true;
    },
    focusAfter: (n) => {
      const keys = keysOf(key);
      const view = views.get(keys[Math.min(n, keys.length - 1)]);
      (view?.element ?? adding).querySelector("input, textarea, button")?.focus();
    },
  };
};
