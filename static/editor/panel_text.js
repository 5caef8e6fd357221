// A text for people: one for all, or one for each language.
import { h, icon, say, t } from "./dom.js";
import { languages } from "./known.js";
import { typeOf } from "./panel_schema.js";
import { store } from "./store.js";

const LONG = 60;
const here = () => document.documentElement.lang;

export const textControl = (field) => {
  const rows = h("div", { class: "ol-pf-langs" });
  const doing = h("div", { class: "ol-pf-add" });
  const inputs = new Map();
  let shape = "";

  const put = (language, text) => {
    const { value } = field;
    if (language === "") field.put(text, { typing: true });
    else store.set([...field.path, language], text, { merge: `typing ${field.path.join(".")}.${language} ${field.typed ?? 0}` });
    return value;
  };
  const control = (language) => {
    const label = language ? t("panel.text_in", { name: field.label, language }) : field.bare || field.inline ? field.label : undefined;
    const attributes = {
      ...field.attributes(language), class: "form-control ol-pf-t", rows: 1, "aria-label": label, lang: language || undefined,
      onfocus: () => field.begin(),
      oninput: () => put(language, input.value),
    };
    const input = h("textarea", attributes);
    // The first one is what the field's name points to.
    if (language && inputs.size === 0) input.id = field.id;
    inputs.set(language, input);
    return language
      ? h("div", { class: "ol-pf-lang" }, h("span", { class: "mono small", "aria-hidden": "true" }, language), input, taking(language))
      : input;
  };
  const taking = (language) =>
    field.locked ? null : h("button", {
      type: "button", class: "ol-pf-b", "aria-label": t("panel.remove", { name: language }), title: t("panel.remove", { name: language }),
      onclick: () => {
        const only = Object.keys(field.value).length === 1;
        store.set(only ? field.path : [...field.path, language], undefined);
        say(t("panel.removed", { name: language }));
      },
    }, icon("x", true));
  const split = () => {
    const { value } = field;
    const known = languages();
    const first = known.includes(here()) ? here() : known[0] ?? here();
    store.set(field.path, typeof value === "string" ? { [first]: value } : Object.values(value)[0] ?? "");
    say(t("panel.reformed", { name: field.label, form: t(typeof value === "string" ? "panel.per_language" : "panel.one_text") }));
    (inputs.get(first) ?? inputs.get(""))?.focus();
  };
  const add = (language) => {
    store.set([...field.path, language], "");
    inputs.get(language)?.focus();
  };
  const buttons = (value) => {
    if (field.locked || value === undefined) return [];
    const small = (text, act) => h("button", { type: "button", class: "ol-link small", onclick: act }, text);
    if (typeof value === "string") return [small(t("panel.per_language"), split)];
    const missing = languages().filter((each) => !(each in value));
    return [...missing.map((each) => small(t("panel.add_language", { language: each }), () => add(each))), small(t("panel.one_text"), split)];
  };
  return {
    element: h("div", { class: "ol-pf-v" }, rows, doing),
    show(value) {
      const kept = typeOf(value) === "object" ? Object.keys(value) : [""];
      const now = [...kept, "|", ...languages(), typeof value].join(" ");
      if (now !== shape) {
        shape = now;
        inputs.clear();
        rows.replaceChildren(...kept.map(control));
        doing.replaceChildren(...buttons(value));
      }
      for (const [language, input] of inputs) {
        const text = (language ? value[language] : value) ?? "";
        if (input.value !== text) input.value = text;
        input.rows = text.length > LONG || text.includes("\n") ? Math.min(8, Math.max(2, text.split("\n").length)) : 1;
      }
    },
  };
};
