// One field: its name, its help, the form of its value, what is wrong with it, and the control.
import { h, icon, say, t } from "./dom.js";
import { brief } from "./panel_brief.js";
import { changed } from "./panel_change.js";
import { controlOf, isFolded } from "./panel_controls.js";
import { first } from "./panel_focus.js";
import { emptyOf, formOf, forms, resolve } from "./panel_schema.js";
import { store } from "./store.js";

let made = 0;

/** What a key is called: its schema's own title, else a word for it, else itself. */
export const nameOf = (schema, key) => {
  if (typeof schema?.title === "string") return schema.title;
  const word = `panel.keys.${key}`;
  const said = t(word);
  return said === word ? String(key) : said;
};

const formName = (form, field) => {
  const [name] = form.refs ?? [];
  const among = (...parts) => parts.some((part) => field.seen.refs?.includes(part));
  if (name === "id" && among("transitions", "one-transition")) return t("panel.form.stage");
  if (name === "id" && among("people", "person")) return t("panel.form.role");
  if (form.title) return form.title;
  if (form.enum) return form.enum.join(", ");
  return t(`panel.type.${[form.type ?? "string"].flat()[0]}`);
};

/**
 * A field of the value at `path`. `label`; `required`; `tools`: buttons of whoever holds it (move,
 * remove); `keep`: what is emptied stays as an empty text; `bare`: the value alone, without a frame.
 */
class Field {
  constructor(options) {
    Object.assign(this, { label: "", tools: [], required: false, keep: false, open: false, ...options });
    this.id = `panel-${(made += 1)}`;
    this.seen = resolve(this.schema);
    this.forms = forms(this.schema);
    this.locked = !store.mayWrite;
    this.element = h("div", { class: "ol-pf", "data-path": this.path.join(".") });
    this.errors = h("div", { id: `${this.id}-e`, class: "ol-pf-e" });
  }

  get value() {
    return store.at(this.path);
  }

  /** Attributes of the control. */
  attributes(part = "") {
    return {
      id: part ? `${this.id}-${part}` : this.id,
      "data-at": this.path.join("."),
      "data-part": part,
      "aria-describedby": `${this.id}-h ${this.id}-e`,
      "aria-required": this.required ? "true" : undefined,
      disabled: this.locked,
    };
  }

  /** Puts what was typed; emptied fields say nothing. */
  put(value, { typing = false } = {}) {
    const given = value === "" && !this.required && !this.keep ? undefined : value;
    const merge = typing ? `typing ${this.path.join(".")} ${this.typed ?? 0}` : undefined;
    if (given !== undefined || this.value !== undefined) store.set(this.path, given, { merge });
  }

  /** Another field's turn: what is typed from here on is a step of its own. */
  begin() {
    this.typed = (this.typed ?? 0) + 1;
  }

  show() {
    const { value } = this;
    const form = formOf(this.forms, value);
    const control = controlOf(this, form, value);
    if (control !== this.kind || form !== this.form) this.#build(control, form, value);
    if (this.chooser) this.chooser.value = String(this.forms.indexOf(form));
    if (this.title) this.title.textContent = brief(value);
    this.element.classList.toggle("unset", value === undefined);
    if (this.built) this.body.show?.(value);
  }

  /** Shows the findings, here and inside. */
  judge() {
    const own = store.findingsAt(this.path, { below: false });
    const all = this.folded && this.path.length ? store.findingsAt(this.path) : own;
    this.errors.replaceChildren(...own.filter((each) => !this.body?.tells?.(each)).map((each) => found(each)));
    const controls = this.element.querySelectorAll(`[data-at="${CSS.escape(this.path.join("."))}"]`);
    controls.forEach((each) => (own.length ? each.setAttribute("aria-invalid", "true") : each.removeAttribute("aria-invalid")));
    if (this.mark) {
      this.mark.hidden = all.length === 0;
      this.mark.className = `ol-st ${all.some((each) => each.severity === "error") ? "bad" : "warn"}`;
      this.mark.replaceChildren(h("span", { "aria-hidden": "true" }, String(all.length)), h("span", { class: "vh" }, t("panel.findings", { count: all.length })));
    }
    if (this.built) this.body.judge?.();
  }

  /** Opens the way to a place inside and focuses it. */
  reveal(path) {
    if (this.details) this.#unfold();
    if (path.length && this.built && this.body.reveal?.(path)) return true;
    const found = first(this.details?.firstElementChild ?? this.body.element) ?? first(this.element);
    found?.focus();
    found?.scrollIntoView({ block: "nearest" });
    return found !== undefined && found !== null;
  }

  #unfold() {
    this.details.open = true;
    this.#fill();
  }

  #build(control, form, value) {
    Object.assign(this, { kind: control, form, built: false, title: undefined, mark: undefined, details: undefined });
    this.folded = isFolded(control);
    this.element.classList.toggle("wide", this.folded || this.seen.refs?.includes("text") === true);
    this.body = control(this);
    const head = this.#head(form);
    if (this.bare) this.#bare(head);
    else if (this.folded) this.#fold(head, value);
    else this.#row(head);
  }

  #bare(head) {
    this.built = true;
    this.element.replaceChildren(...(this.folded ? [head.chooser, this.errors, this.body.element] : [head.chooser, this.body.element, this.errors]).filter(Boolean));
  }

  #row({ help, hint, chooser }) {
    this.built = true;
    const label = h("label", { class: "form-label", for: this.id }, this.label, this.#star());
    this.element.replaceChildren(
      h("div", { class: "ol-pf-h" }, label, help, chooser, h("span", { class: "end" }), ...this.tools),
      this.body.element, hint, this.errors,
    );
  }

  #fold({ help, hint, chooser }) {
    this.title = h("span", { class: "ol-pf-brief" });
    this.mark = h("span", { class: "ol-st", hidden: true });
    const summary = h("summary", { "data-at": this.path.join("."), "data-part": "fold", id: this.id }, h("span", { class: "form-label" }, this.label, this.#star()), this.title, this.mark);
    this.inner = h("div", { class: "ol-pf-in" }, h("div", { class: "ol-pf-h" }, help, chooser, h("span", { class: "end" }), ...this.tools, this.#taking()), hint, this.errors);
    // The event comes later: what it tells of may have made room for another control.
    this.details = h("details", { class: "ol-pf-fold", ontoggle: ({ currentTarget: it }) => it === this.details && it.open && this.#fill() }, summary, this.inner);
    this.element.replaceChildren(this.details);
    if (this.open) this.#unfold();
  }

  /** What is folded is made when it is opened. */
  #fill() {
    this.open = true;
    if (this.built) return;
    this.built = true;
    this.inner.append(this.body.element);
    this.body.show?.(this.value);
    this.body.judge?.();
  }

  #star() {
    return this.required ? h("span", { class: "ol-pf-r", title: t("panel.required") }, " *") : null;
  }

  #head(form) {
    const text = this.seen.description ?? form?.description;
    const key = this.path.at(-1);
    const named = !this.inline && typeof key === "string" && key !== this.label ? ` ${t("panel.named", { key })}` : "";
    const hint = h("p", { id: `${this.id}-h`, class: "form-hint", hidden: true }, `${text ?? ""}${named}`);
    const help = (text || named) && h("button", {
      type: "button", class: "ol-pf-b", "aria-expanded": "false", "aria-controls": hint.id, "aria-label": t("panel.help", { name: this.label }),
      onclick: () => {
        hint.hidden = !hint.hidden;
        help.setAttribute("aria-expanded", String(!hint.hidden));
      },
    }, "?");
    return { hint, help: help || null, chooser: this.#chooser(form) };
  }

  #chooser(form) {
    this.chooser = undefined;
    if (this.forms.length < 2 || this.seen.refs?.includes("text") || this.#isPart()) return null;
    const options = this.forms.map((each, n) => h("option", { value: String(n) }, formName(each, this)));
    if (!form) options.unshift(h("option", { value: "-1" }, t("panel.wrong_form")));
    this.chooser = h("select", {
      class: "form-select ol-pf-c", "aria-label": t("panel.form_of", { name: this.label || t("panel.value") }),
      "data-at": this.path.join("."), "data-part": "form", disabled: this.locked,
      onchange: () => this.#reform(this.forms[Number(this.chooser.value)]),
    }, ...options);
    return this.chooser;
  }

  /** Some keys of a map that may be null as well: what the whole is, is not chosen here. */
  #isPart() {
    const types = this.forms.map((each) => each.type);
    return Boolean(this.only || this.skip) && types.length === 2 && types.includes("object") && types.includes("null");
  }

  #reform(form) {
    if (!form) return;
    this.open = true;
    const { value } = this;
    const next = value === undefined ? emptyOf(form) : changed(form, value);
    store.set(this.path, next);
    say(t("panel.reformed", { name: this.label, form: formName(form, this) }));
  }

  #taking() {
    if (this.required || this.keep || this.locked || this.bare) return null;
    return h("button", { type: "button", class: "ol-pf-b", "aria-label": t("panel.remove", { name: this.label }), title: t("panel.remove", { name: this.label }), onclick: () => this.#take() }, icon("trash", true));
  }

  #take() {
    store.set(this.path, undefined);
    say(t("panel.removed", { name: this.label }));
  }
}

/** A finding as a field shows it. */
export const found = (finding) =>
  h("p", { class: `ol-err ${finding.severity}` }, icon("alert", true), h("span", {}, finding.message, finding.hint ? ` ${finding.hint}` : ""));

/** A field: `{element, show(), judge(), reveal(path)}`. */
export const makeField = (options) => new Field(options);
