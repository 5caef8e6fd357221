// Controls of previews: a sample to read from, values typed as JSON.
import { h, t } from "./dom.js";
import { parse, stringify } from "./exact.js";
import { data, get } from "./page.js";

const OWN = "";
const ORDER = "order";
const SCENARIO = "scenario:";

const fits = (value, list) => (list ? Array.isArray(value) : value !== null && typeof value === "object" && !Array.isArray(value));

/** JSON as people read it: a line for each part. */
export const laidOut = (text) => {
  try {
    return lines(parse(text), "");
  } catch {
    return text;
  }
};
const lines = (value, indent) => {
  const inner = `${indent}  `;
  if (Array.isArray(value) && value.length) return `[\n${value.map((each) => inner + lines(each, inner)).join(",\n")}\n${indent}]`;
  const pairs = value && typeof value === "object" && value.constructor === Object ? Object.entries(value) : [];
  if (!pairs.length) return stringify(value);
  return `{\n${pairs.map(([key, each]) => `${inner}${JSON.stringify(key)}: ${lines(each, inner)}`).join(",\n")}\n${indent}}`;
};

/** A label above a control. */
export const labelled = (text, control, ...more) => {
  control.id ||= `kind-${Math.random().toString(36).slice(2)}`;
  return h("div", { class: "ol-kd-f" }, h("label", { class: "form-label", for: control.id }, text), control, ...more);
};

/** A field for JSON: `text()` is undefined while it holds something else. `written`: somebody
 *  typed it, so that no answer of the server goes over it. */
export const jsonField = ({ label, list = false, rows = 4, onchange }) => {
  const wrong = h("p", { class: "ol-err", hidden: true }, t("kinds.no_json"));
  const input = h("textarea", { class: "form-control mono", rows, spellcheck: "false", autocomplete: "off" });
  const field = {
    written: false,
    element: labelled(label, input, wrong),
    fill(text) {
      if (field.written || document.activeElement === input) return;
      input.value = text;
      wrong.hidden = true;
    },
    /** Another control wrote it. */
    put(text) {
      input.value = laidOut(text);
      field.written = true;
      field.text();
    },
    text() {
      const good = input.value.trim() === "" || field.good();
      wrong.hidden = good;
      input.toggleAttribute("aria-invalid", !good);
      return good ? input.value.trim() : undefined;
    },
    good() {
      try {
        return fits(parse(input.value), list);
      } catch {
        return false;
      }
    },
  };
  input.addEventListener("input", () => {
    field.written = input.value.trim() !== "";
    if (field.text() !== undefined) onchange();
  });
  return field;
};

/** What a preview reads from: a scenario, an order, or values of one's own. */
export const sample = ({ onchange, own = true }) => {
  const choice = h("select", { class: "form-select" });
  const order = h("input", { class: "form-control", autocomplete: "off", spellcheck: "false" });
  const values = jsonField({ label: t("kinds.data"), onchange: () => onchange({}) });
  const orderField = labelled(t("kinds.order"), order);
  const look = () => {
    orderField.hidden = choice.value !== ORDER;
    values.element.hidden = !own || choice.value !== OWN;
  };
  choice.addEventListener("change", () => {
    look();
    onchange({ chosen: true });
  });
  order.addEventListener("input", () => onchange({ chosen: true }));
  const offer = (scenarios) => {
    const named = scenarios.map((each) => h("option", { value: `${SCENARIO}${each.name}` }, t("kinds.scenario", { title: each.title })));
    choice.replaceChildren(...named, h("option", { value: ORDER }, t("kinds.of_order")), h("option", { value: OWN }, t("kinds.no_sample")));
    look();
  };
  offer([]);
  choice.value = OWN;
  look();
  return {
    element: h("div", { class: "ol-kd-sample" }, labelled(t("kinds.sample"), choice), orderField, values.element),
    ready: get(`${data.base}/design/preview`).then((found) => offer(found?.scenarios ?? [])).catch(() => {}),
    fields() {
      if (choice.value === ORDER) return order.value.trim() ? { order: order.value.trim() } : {};
      if (choice.value !== OWN) return { scenario: choice.value.slice(SCENARIO.length) };
      const text = own ? values.text() : "";
      return text === undefined ? undefined : text ? { data: text } : {};
    },
  };
};
