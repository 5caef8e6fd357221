// A field for an expression.
import { h } from "./dom.js";

/**
 * `value`: the text. `onchange(text)` at every key. `label`: its name where no label points to it.
 * `path`: its place in the draft. `unary`: it is a test of `?`. The answer has `show(text)`.
 */
export const feelField = ({ value = "", onchange, onfocus, label, attributes = {} }) => {
  const input = h("textarea", {
    class: "form-control mono ol-feel-in", rows: 1, spellcheck: "false", autocomplete: "off", "aria-label": label, ...attributes,
    onfocus: () => onfocus?.(),
    oninput: () => onchange?.(input.value),
  });
  const element = h("div", { class: "ol-feel" }, input);
  element.show = (text) => {
    if (input.value !== text) input.value = text;
    input.rows = Math.min(12, Math.max(1, text.split("\n").length));
  };
  element.show(value);
  return element;
};
