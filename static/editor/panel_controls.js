// Which control a value gets, and the simple ones: text, numbers, choices, yes and no.
import { h, t } from "./dom.js";
import { number, stringify } from "./exact.js";
import { feelField } from "./feel.js";
import { offer } from "./known.js";
import { listControl } from "./panel_list.js";
import { mapControl } from "./panel_map.js";
import { durationWords } from "./panel_duration.js";
import { textControl } from "./panel_text.js";
import { emptyOf, typeOf } from "./panel_schema.js";

const FEEL = new Set(["expression", "condition", "formula", "cell", "each", "tests"]);
const DURATIONS = new Set(["duration", "clock-duration"]);
const LONG = 60;

/** The control of a value; the same function as long as the control can stay. */
export const controlOf = (field, form, value) => {
  if (field.seen.refs?.includes("text")) return isText(value) ? textControl : wrongControl;
  if (!form) return wrongControl;
  const type = value === undefined || value === null ? [form.type ?? (form.properties ? "object" : "string")].flat()[0] : typeOf(value);
  if (type === "array") return listControl;
  if (type === "object") return mapControl;
  if (field.seen.refs?.some((name) => FEEL.has(name))) return feelControl;
  if (form.enum || form.const !== undefined) return choiceControl;
  if (type === "boolean") return yesControl;
  if (type === "number" || type === "integer") return numberControl;
  if (type === "null") return nothingControl;
  return stringControl;
};

/** Whether a control stands below its name, folded. */
export const isFolded = (control) => control === listControl || control === mapControl;

const isText = (value) =>
  value === undefined || typeof value === "string" || (typeOf(value) === "object" && Object.values(value).every((each) => typeof each === "string"));

const named = (field) => ({ ...field.attributes(), "aria-label": field.bare || field.inline ? field.label || t("panel.value") : undefined });

/** Writes a value into a control unless it says it already. */
const write = (control, text) => {
  if (control.value !== text) control.value = text;
};

const stringControl = (field) => {
  const input = h("textarea", {
    ...named(field), class: "form-control ol-pf-t", rows: 1, placeholder: field.seen.default === undefined ? undefined : String(field.seen.default),
    onfocus: () => field.begin(),
    oninput: () => field.put(input.value, { typing: true }),
  });
  const single = h("input", {
    ...named(field), class: "form-control", autocomplete: "off",
    placeholder: field.seen.default === undefined ? undefined : String(field.seen.default),
    onfocus: () => field.begin(),
    oninput: () => field.put(single.value, { typing: true }),
  });
  const offered = offer(field, single);
  const spans = [...(field.seen.refs ?? []), ...(field.form?.refs ?? [])].some((name) => DURATIONS.has(name));
  const echo = spans ? h("p", { class: "form-hint ol-pf-echo" }) : null;
  const element = h("div", { class: "ol-pf-v" }, single, offered, echo);
  let now = single;
  return {
    element,
    show(value) {
      const text = typeof value === "string" ? value : "";
      const wanted = (text.length > LONG || text.includes("\n")) && !offered ? input : single;
      // What is being typed into stays the same element.
      if (wanted !== now && document.activeElement !== now) {
        now.replaceWith(wanted);
        now = wanted;
      }
      write(now, text);
      if (now === input) input.rows = Math.min(12, Math.max(2, text.split("\n").length));
      offered?.look?.(text);
      if (echo) echo.textContent = durationWords(text);
    },
  };
};

const numberControl = (field) => {
  const wrong = h("p", { class: "ol-err", hidden: true }, t("panel.no_number"));
  const typed = () => {
    const value = input.value.trim() === "" ? undefined : number(input.value);
    wrong.hidden = value !== undefined || input.value.trim() === "";
    if (value !== undefined || (input.value.trim() === "" && !field.required && !field.keep)) field.put(value, { typing: true });
  };
  const input = h("input", {
    ...named(field), class: "form-control num", inputmode: "decimal", autocomplete: "off",
    placeholder: field.seen.default === undefined ? undefined : String(field.seen.default),
    onfocus: () => field.begin(),
    oninput: typed,
  });
  return {
    element: h("div", { class: "ol-pf-v" }, input, wrong),
    show(value) {
      const text = value === undefined ? "" : String(value);
      const same = number(input.value);
      if (same !== undefined && String(same) === text) return;
      if (document.activeElement === input && value === undefined && !wrong.hidden) return;
      write(input, text);
      wrong.hidden = true;
    },
  };
};

const yesControl = (field) => {
  const { default: usual } = field.seen;
  const unset = usual === undefined ? t("panel.unsaid") : t("panel.usual", { value: t(usual ? "panel.yes" : "panel.no") });
  const options = [["true", t("panel.yes")], ["false", t("panel.no")]];
  return select(field, field.required || field.keep ? options : [["", unset], ...options], (value) => (value === "" ? undefined : value === "true"));
};

const choiceControl = (field) => {
  const allowed = field.form.enum ?? [field.form.const];
  const { default: usual } = field.seen;
  const unset = usual === undefined ? t("panel.unsaid") : t("panel.usual", { value: String(usual) });
  const options = allowed.map((each) => [stringify(each), String(each)]);
  return select(field, field.required || field.keep ? options : [["", unset], ...options], (value) => allowed.find((each) => stringify(each) === value));
};

const select = (field, options, valueOf) => {
  const element = h("select", {
    ...named(field), class: "form-select",
    onchange: () => field.put(valueOf(element.value)),
  }, ...options.map(([value, name]) => h("option", { value }, name)));
  return {
    element,
    show(value) {
      const text = value === undefined || value === null ? "" : stringify(value);
      element.querySelector("[data-strange]")?.remove();
      if (![...element.options].some((each) => each.value === text)) {
        const name = text === "" ? t("panel.unsaid") : t("panel.not_allowed", { value: String(value) });
        element.append(h("option", { value: text, "data-strange": true }, name));
      }
      element.value = text;
    },
  };
};

const feelText = (value) => (value === undefined ? "" : typeof value === "string" ? value : String(value));
const PLAIN = { true: true, false: false, null: null };
const feelValue = (text, before) => {
  if (before === undefined || typeof before === "string") return text;
  return Object.hasOwn(PLAIN, text.trim()) ? PLAIN[text.trim()] : number(text) ?? text;
};

const feelControl = (field) => {
  const element = feelField({
    value: feelText(field.value), label: field.bare || field.inline ? field.label || t("panel.value") : undefined,
    path: field.path, unary: field.seen.refs.some((name) => name === "cell" || name === "tests"),
    attributes: field.attributes(),
    onfocus: () => field.begin(),
    onchange: (text) => field.put(text === "" ? "" : feelValue(text, field.value), { typing: true }),
    onjudged: () => field.judge(),
  });
  return {
    element,
    show: (value) => element.show(feelText(value)),
    // What the field says itself is not said twice.
    tells: (finding) => element.judged && (finding.code.startsWith("expression.") || element.problems.some((each) => each.message === finding.message)),
  };
};

const nothingControl = (field) => {
  const element = h("p", { class: "muted small", id: field.id }, t("panel.nothing"));
  return { element, show: () => {} };
};

/** What the schema knows no form for: shown as it is, and replaced on demand. */
const wrongControl = (field) => {
  const text = h("pre", { class: "ol-pf-raw" });
  const replace = h("button", {
    ...field.attributes(), type: "button", class: "btn btn-sm", "aria-label": `${t("panel.replace")}: ${field.label}`,
    onclick: () => field.put(emptyOf(field.schema)),
  }, t("panel.replace"));
  return {
    element: h("div", { class: "ol-pf-wrong" }, h("p", { class: "ol-err" }, t("panel.wrong")), text, replace),
    show(value) {
      text.textContent = stringify(value ?? null).slice(0, 2000);
    },
  };
};
