// What a form works out: conditions of fields and sections, values of fields.
import { h, t } from "./dom.js";
import { store } from "./store.js";
import { feelField } from "./feel.js";
import { isMap, lastOf } from "./form_schema.js";
import { changePlaced, partAt } from "./form_layout.js";
import { mine, written } from "./form_fields.js";

export const CONDITIONS = ["visible", "required", "readonly", "default"];

/** Kinds of fields that can be worked out. */
export const COMPUTED = ["text", "area", "number", "integer", "money", "date", "moment", "time", "choice", "boolean"];

/** A field that is worked out, or is not any more. */
const compute = (value, path, text) => {
  if (text.trim()) {
    if (!isMap(value.compute)) value.compute = {};
    value.compute[path] = text;
  } else if (isMap(value.compute)) {
    delete value.compute[path];
    if (!Object.keys(value.compute).length) delete value.compute;
  }
};

/** One of the conditions of a field where it is placed. */
export const condition = (row, key) => {
  const old = isMap(row.part) ? row.part[key] : undefined;
  const change = (text) =>
    mine(() => store.change((value) => changePlaced(value, row.place, (part) => {
      part[key] = text.trim() ? text : undefined;
    }), { merge: `${row.key}/${key}` }));
  const control = feelField({ value: written(old), onchange: change, label: t(`form_design.when.${key}`), path: [...row.place, key] });
  return h("div", { class: "fd-f", "data-condition": key }, h("span", { class: "form-label" }, t(`form_design.when.${key}`)), control);
};

/** What a field is worked out by. */
export const computedField = (path) => {
  const old = isMap(store.value.compute) ? store.value.compute[path] : undefined;
  const change = (text) => mine(() => store.change((value) => compute(value, path, text), { merge: `compute/${path}` }));
  const control = feelField({ value: written(old), onchange: change, label: t("form_design.computed"), path: ["compute", path] });
  return h("div", { class: "fd-f", "data-condition": lastOf(path) }, h("span", { class: "form-label" }, t("form_design.computed")), control);
};

/** When a section or tab is shown. */
export const sectionCondition = (row) => {
  const change = (text) =>
    mine(() => store.change((value) => {
      const part = partAt(value, row.place);
      if (text.trim()) part.visible = text;
      else delete part.visible;
    }, { merge: `${row.key}/visible` }));
  const control = feelField({ value: written(row.part.visible), onchange: change, label: t("form_design.when.visible"), path: [...row.place, "visible"] });
  return h("div", { class: "fd-f", "data-condition": "visible" }, h("span", { class: "form-label" }, t("form_design.when.visible")), control);
};
