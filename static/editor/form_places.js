// Where a field stands: in which section, how wide; and how a section is arranged.
import { h, say, t } from "./dom.js";
import { store } from "./store.js";
import { isMap } from "./form_schema.js";
import { accepts, changePlaced, containers, kindOfPart, partAt } from "./form_layout.js";
import { moveTo, titleOf } from "./form_verbs.js";
import { choice } from "./form_tree.js";
import { field, mine } from "./form_fields.js";

const nameOfHome = (each) => (each.kind === "root" ? t("form_design.no_section") : titleOf(store.value, { type: kindOfPart(each.part), part: each.part }));

/** The sections, of which one can be chosen for a field. */
export const homeField = (row) => {
  const homes = containers(store.value).filter((each) => accepts(each, "field"));
  const now = row.place?.slice(0, -1).join("/");
  const options = homes.map((each) => h("option", { value: each.place.join("/"), selected: each.place.join("/") === now }, nameOfHome(each)));
  const select = h("select", { class: "form-select", id: "fd-home", onchange: () => {
    const home = homes.find((each) => each.place.join("/") === select.value);
    choice.choose(moveTo(row, { place: home.place, index: home.list.length }));
    say(t("form_design.moved"));
  } }, row.type === "left" ? h("option", { value: "", selected: true }, t("form_design.left_out")) : null, ...options);
  return field(t("form_design.section"), select);
};

/** How wide a field is. */
export const widthField = (row) => {
  const old = isMap(row.part) ? row.part.width : undefined;
  const options = ["", 3, 4, 6, 8, 12].map((each) => h("option", { value: each, selected: String(old ?? "") === String(each) }, each === "" ? t("form_design.width_auto") : t("form_design.width_of", { n: each })));
  if (old !== undefined && !["3", "4", "6", "8", "12"].includes(String(old))) options.push(h("option", { value: String(old), selected: true }, t("form_design.width_of", { n: String(old) })));
  const select = h("select", { class: "form-select", id: "fd-width", onchange: () =>
    mine(() => store.change((value) => changePlaced(value, row.place, (part) => {
      part.width = select.value === "" ? undefined : Number(select.value);
    }))) }, ...options);
  return field(t("form_design.width"), select);
};

/** The fields of a section side by side. */
export const columnsField = (row) => {
  const select = h("select", { class: "form-select", id: "fd-columns", onchange: () => {
    const count = Number(select.value);
    if (!count) return;
    store.change((value) => {
      const list = partAt(value, row.place).fields;
      list.forEach((part, n) => {
        if (kindOfPart(part) === "field") changePlaced(value, [...row.place, "fields", n], (made) => {
          made.width = 12 / count;
        });
      });
    });
    say(t("form_design.columns_set", { count }));
  } }, h("option", { value: "" }, "–"), ...[1, 2, 3, 4].map((n) => h("option", { value: n }, t("form_design.columns_of", { count: n }))));
  return field(t("form_design.columns"), select);
};
