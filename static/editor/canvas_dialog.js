// A small form in a dialog; answers with what was filled in.
import { h, t } from "./dom.js";

let count = 0;

const control = (field, id) => {
  const value = field.value ?? "";
  if (field.options) {
    const options = field.options.map(([key, label, depth = 0]) => h("option", { value: key, selected: key === value }, "\u00a0\u00a0\u00a0".repeat(depth) + label));
    return h("select", { class: "form-select", id, name: field.name }, options);
  }
  if (field.lines) return h("textarea", { class: "form-control mono", id, name: field.name, rows: 2, spellcheck: "false", ".value": value });
  const list = field.list ? `${id}-list` : undefined;
  const input = h("input", { class: `form-control${field.mono ? " mono" : ""}`, id, name: field.name, ".value": value, autocomplete: "off", list });
  if (!list) return input;
  return [input, h("datalist", { id: list }, field.list.map((each) => h("option", { value: each })))];
};

/**
 * `fields`: [{name, label, value, options: [[key, label, depth]], list, lines, mono, hint, when(values)}].
 * `check(values)` → {name: what is wrong}; `follow(values, name)` may answer values to fill in.
 * Answers with the values, or null where it was given up. The focus goes back to where it was.
 */
export const ask = ({ title, fields, ok, check = () => ({}), follow = () => ({}) }) =>
  new Promise((done) => {
    count += 1;
    const before = document.activeElement;
    const rows = new Map();
    const values = () => Object.fromEntries([...rows].map(([name, row]) => [name, row.input.value.trim()]));
    const row = (field) => {
      const id = `cv-d${count}-${field.name}`;
      const made = [control(field, id)].flat();
      const wrong = h("p", { class: "ol-err", id: `${id}-e`, hidden: true });
      const hint = field.hint ? h("p", { class: "form-hint", id: `${id}-h` }, field.hint) : null;
      made[0].setAttribute("aria-describedby", [hint && `${id}-h`, `${id}-e`].filter(Boolean).join(" "));
      const element = h("div", {}, h("label", { class: "form-label", for: id }, field.label), made, hint, wrong);
      made[0].addEventListener("input", () => changed(field.name));
      rows.set(field.name, { element, input: made[0], wrong, field, touched: false });
      return element;
    };
    const show = () => {
      const now = values();
      for (const { element, field } of rows.values()) element.hidden = field.when ? !field.when(now) : false;
    };
    const changed = (name) => {
      rows.get(name).touched = true;
      for (const [key, value] of Object.entries(follow(values(), name))) if (!rows.get(key).touched) rows.get(key).input.value = value;
      show();
    };
    const judge = () => {
      const found = check(values());
      let first;
      for (const [name, each] of rows) {
        const said = each.element.hidden ? undefined : found[name];
        each.wrong.hidden = !said;
        each.wrong.textContent = said ?? "";
        each.input.classList.toggle("is-invalid", Boolean(said));
        each.input.setAttribute("aria-invalid", String(Boolean(said)));
        if (said) first ??= each.input;
      }
      first?.focus();
      return !first;
    };
    // Enter sends from every field, as in those of one line; in several lines with Control.
    const keyed = (event) => {
      const sends = event.target.matches("select") || (event.target.matches("textarea") && (event.ctrlKey || event.metaKey));
      if (event.key === "Enter" && sends) send(event);
    };
    let answer = null;
    const send = (event) => {
      event.preventDefault();
      if (!judge()) return;
      answer = values();
      dialog.close();
    };
    const head = h("h2", { id: `cv-d${count}` }, title);
    const form = h(
      "form",
      { method: "dialog", novalidate: true, onsubmit: send, onkeydown: keyed },
      h("div", { class: "b stack" }, head, fields.map(row)),
      h("div", { class: "f" }, h("button", { type: "button", class: "btn", onclick: () => dialog.close() }, t("canvas.give_up")), h("button", { type: "submit", class: "btn btn-primary" }, ok)),
    );
    const dialog = h("dialog", { class: "ol-dlg ol-cv-dlg", "aria-labelledby": `cv-d${count}` }, form);
    dialog.addEventListener("close", () => {
      dialog.remove();
      if (before?.isConnected) before.focus({ preventScroll: true });
      done(answer);
    });
    document.body.append(dialog);
    show();
    dialog.showModal();
    const first = [...rows.values()].find((each) => !each.element.hidden);
    first?.input.focus();
    first?.input.select?.();
  });
