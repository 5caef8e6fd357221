// The values of a choice, each with what people read.
import { Exact, number } from "./exact.js";
import { h, icon, t } from "./dom.js";
import { store } from "./store.js";
import { choicesOf, isMap, schemaOf } from "./form_schema.js";
import { mine } from "./form_fields.js";
import { freeName } from "./form_names.js";
import { choiceLabel, setChoiceLabel, textIn } from "./form_texts.js";

const written = (each) => (each === null ? "null" : each instanceof Exact ? each.text : String(each));

/** The list that has the values: of the field, or of the elements of a list. */
const listOf = (value, path) => {
  const schema = schemaOf(value, path);
  return choicesOf(schema) ?? choicesOf(isMap(schema.items) ? schema.items : {});
};

/** A text as a value of the kind that the other values have. */
const valueOf = (text, old) => {
  if (typeof old === "number" || old instanceof Exact) return number(text) ?? text;
  return text;
};

/** Rows of value and text. */
export const choicesEditor = (path, language, main) => {
  const list = h("ul", { class: "fd-choices" });

  const line = (each, n) => {
    const value = h("input", {
      class: "form-control mono", "aria-label": t("form_design.choice_value", { n: n + 1 }), ".value": written(each), readonly: each === null || typeof each === "boolean",
      onchange: (event) => change(n, event.target),
    });
    const label = h("input", {
      class: "form-control", lang: language, "aria-label": t("form_design.choice_label", { name: written(each) }), placeholder: written(each), ".value": textIn(choiceLabel(store.value, path, each), language, main),
      oninput: (event) => mine(() => store.change((whole) => setChoiceLabel(whole, path, listOf(whole, path)[n], language, event.target.value, main), { merge: `choice/${path}/${n}` })),
    });
    const away = h("button", { type: "button", class: "ol-ib xs", "aria-label": t("form_design.choice_remove", { name: written(each) }), onclick: () => remove(n) }, icon("x", true));
    return h("li", {}, value, label, away);
  };

  const change = (n, box) => {
    const values = listOf(store.value, path);
    const made = valueOf(box.value.trim(), values[n]);
    const taken = values.some((each, other) => other !== n && written(each) === written(made));
    if (!written(made) || taken) {
      box.value = written(values[n]);
      return;
    }
    mine(() => store.change((whole) => {
      const inside = listOf(whole, path);
      const old = inside[n];
      inside[n] = made;
      rekeyed(whole, `${path}=${written(old)}`, `${path}=${written(made)}`);
      const schema = schemaOf(whole, path);
      if (schema.default === old) schema.default = made;
    }));
    build();
  };

  const rekeyed = (whole, old, now) => {
    if (!isMap(whole.labels) || !(old in whole.labels)) return;
    whole.labels = Object.fromEntries(Object.entries(whole.labels).map(([key, text]) => [key === old ? now : key, text]));
  };

  const remove = (n) => {
    mine(() => store.change((whole) => {
      const inside = listOf(whole, path);
      if (isMap(whole.labels)) delete whole.labels[`${path}=${written(inside[n])}`];
      inside.splice(n, 1);
    }));
    build();
    (list.children[Math.max(n - 1, 0)]?.querySelector("button") ?? adds).focus();
  };

  const add = () => {
    mine(() => store.change((whole) => {
      const inside = listOf(whole, path);
      inside.push(inside.some((each) => typeof each === "number") ? inside.length + 1 : freeName(inside.map(written), "choice"));
    }));
    build();
    list.lastElementChild.querySelector("input").select();
  };

  const adds = h("button", { type: "button", class: "btn btn-sm", onclick: add }, icon("plus", true), t("form_design.choice_add"));
  const build = () => list.replaceChildren(...(listOf(store.value, path) ?? []).map(line));
  build();
  return h("div", { class: "fd-f" }, h("h3", {}, t("form_design.choices")), list, adds);
};
