// Fields of the properties, and changes that they make themselves.
import { Exact } from "./exact.js";
import { h } from "./dom.js";

let own = false;
/** A change that the pane itself makes: what is being typed in stays. */
export const mine = (act) => {
  own = true;
  try {
    return act();
  } finally {
    own = false;
  }
};

/** Whether a change that is told of right now comes from the pane. */
export const isOwn = () => own;

let made = 0;
/** A control with its label. */
export const field = (label, control, hint) => {
  control.id ||= `fd-${(made += 1)}`;
  return h("div", { class: "fd-f" }, h("label", { class: "form-label", for: control.id }, label), control, hint ? h("p", { class: "form-hint" }, hint) : null);
};

export const input = (attributes) => h("input", { class: "form-control", autocomplete: "off", ...attributes });

/** A value as an expression is typed. */
export const written = (value) => (value === undefined ? "" : value === null ? "null" : value instanceof Exact ? value.text : String(value));
