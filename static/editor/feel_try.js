// What an expression gives on a sample: an order, a scenario of the bundle, or data that one types.
import { h, t } from "./dom.js";
import { parse, stringify } from "./exact.js";
import { known, names } from "./known.js";

// One sample for all fields of the page.
const sample = { sort: "scenario", order: "", scenario: "", data: "{\n}" };
const listeners = new Set();

/** What goes with a question about an expression, or nothing. */
export const sampleFields = () => {
  if (sample.sort === "data") return isMap(sample.data) ? { data: sample.data } : {};
  const text = sample[sample.sort].trim();
  return text ? { [sample.sort]: text } : {};
};

const isMap = (text) => {
  try {
    const value = parse(text);
    return value !== null && typeof value === "object" && !Array.isArray(value);
  } catch {
    return false;
  }
};

const changed = (part, value) => {
  sample[part] = value;
  listeners.forEach((each) => each());
};

const shown = (value) => (typeof value === "string" ? JSON.stringify(value) : stringify(value ?? null)).slice(0, 2000);

/** `ask()` asks anew; the answer has `show(answer)`, which shows the value or why there is none. */
export const trying = ({ ask }) => {
  const sorts = ["scenario", "order", "data"].map((each) => h("option", { value: each }, t(`feel.sample.${each}`)));
  const sort = h("select", { class: "form-select", "aria-label": t("feel.sample.sort"), onchange: () => changed("sort", sort.value) }, ...sorts);
  const order = h("input", { class: "form-control", "aria-label": t("feel.sample.order"), placeholder: t("feel.sample.number"), autocomplete: "off", onchange: () => changed("order", order.value) });
  const scenario = h("select", { class: "form-select", "aria-label": t("feel.sample.scenario"), onchange: () => changed("scenario", scenario.value) });
  const data = h("textarea", { class: "form-control mono", rows: 4, spellcheck: "false", "aria-label": t("feel.sample.data"), oninput: () => changed("data", data.value) });
  const wrong = h("p", { class: "ol-err", hidden: true }, t("feel.sample.no_map", { braces: '{"total": 100}' }));
  const value = h("output", { class: "ol-feel-value mono" });
  const why = h("p", { class: "small muted" });
  const element = h("details", { class: "ol-feel-try", ontoggle: () => look() },
    h("summary", { class: "small" }, t("feel.try")),
    h("div", { class: "ol-pf-add" }, sort, order, scenario), data, wrong,
    h("div", { class: "ol-feel-out", role: "status" }, value, why));
  const look = () => {
    sort.value = sample.sort;
    order.hidden = sample.sort !== "order";
    scenario.hidden = sample.sort !== "scenario";
    data.hidden = sample.sort !== "data";
    wrong.hidden = sample.sort !== "data" || isMap(sample.data);
    if (order.value !== sample.order) order.value = sample.order;
    if (data.value !== sample.data) data.value = sample.data;
    scenario.value = sample.scenario;
    if (!element.isConnected) listeners.delete(look);
    else if (element.open) ask();
  };
  known().then(() => {
    scenario.replaceChildren(h("option", { value: "" }, t("feel.sample.none")), ...names("scenario").map((each) => h("option", { value: each.id }, each.title)));
    scenario.value = sample.scenario;
  });
  listeners.add(look);
  return {
    element,
    isOpen: () => element.open,
    show({ sample: found, refused }) {
      value.textContent = found && !found.why ? shown(found.value) : "";
      why.textContent = refused ?? found?.why ?? "";
    },
  };
};
