// A field for an expression: proposals while one types, what is wrong with it, its value on a sample.
import { h, icon, t } from "./dom.js";
import { stringify } from "./exact.js";
import { completions, typeName } from "./feel_complete.js";
import { proposing } from "./feel_list.js";
import { sampleFields, trying } from "./feel_try.js";
import { known } from "./known.js";
import { data, post } from "./page.js";
import { store } from "./store.js";

const ASK_AFTER = 300;
const LONG = 44;

/**
 * `value`: the text. `onchange(text)` at every key. `label`: its name where no label points to it.
 * `path`: its place in the draft, whose names it may read; `unary`: it is a test of `?`. Also
 * `attributes` of the control, `onfocus`, `onjudged`. The answer has `show(text)`, which puts
 * another text, `problems`, what is known to be wrong: `[{message, hint, severity, at}]`, and
 * `judged`, whether the server has said so of the text.
 */
export const feelField = (options) => new Feel(options).element;

class Feel {
  constructor(options) {
    this.options = options;
    this.text = options.value ?? "";
    this.around = { names: {}, functions: [], unary: Boolean(options.unary) };
    this.type = h("p", { class: "ol-feel-type small muted" });
    this.errors = h("div", { class: "ol-feel-e", role: "status" });
    this.box = h("div", { class: "ol-feel-box" });
    this.element = h("div", { class: "ol-feel" }, this.box, this.type, this.errors);
    this.element.problems = [];
    this.element.show = (text) => this.show(text);
    this.#build(this.text.includes("\n") || this.text.length > LONG);
  }

  /** Another text, from outside. */
  show(text) {
    if (text === this.control.value) return;
    this.text = text;
    const several = text.includes("\n") || text.length > LONG;
    if (several && !this.several && document.activeElement !== this.control) this.#build(true);
    this.control.value = text;
    this.#size();
    if (this.asked) this.#soon();
    else this.#tell([]);
  }

  #build(several) {
    this.several = several;
    const attributes = {
      class: "form-control mono ol-feel-in", spellcheck: "false", autocomplete: "off", autocapitalize: "off", "aria-label": this.options.label,
      ...this.options.attributes,
      onfocus: () => this.#begin(),
      oninput: () => this.#typed(),
    };
    this.control = several ? h("textarea", { ...attributes, rows: 1 }) : h("input", attributes);
    this.control.value = this.text;
    this.list = proposing(this.control, {
      proposals: (asked) => completions(this.control.value.slice(0, this.control.selectionStart), this.around, asked),
      take: (option, from) => this.#take(option, from),
    });
    const more = several || this.control.disabled ? null : h("button", { type: "button", class: "ol-pf-b", "aria-label": t("feel.lines"), title: t("feel.lines"), onclick: () => this.#widen() }, icon("down", true));
    this.box.replaceChildren(...[this.control, this.list.element, more].filter(Boolean));
    this.#size();
  }

  #widen() {
    this.text = this.control.value;
    this.#build(true);
    this.control.focus();
  }

  #size() {
    if (this.several) this.control.rows = Math.min(14, Math.max(2, this.control.value.split("\n").length));
  }

  #begin() {
    this.options.onfocus?.();
    if (!this.tried) {
      this.tried = trying({ ask: () => this.#soon(0) });
      this.element.append(this.tried.element);
    }
    if (!this.asked) this.#soon(0);
    known().then(({ functions }) => {
      this.around.functions = functions ?? [];
    });
  }

  #typed() {
    this.text = this.control.value;
    this.#size();
    this.options.onchange?.(this.text);
    this.list.look();
    this.#soon();
  }

  #take(option, from) {
    const { control } = this;
    const to = control.selectionStart;
    // A quotation mark that closes the text is there already.
    const rest = option.sort === "value" && control.value[to] === '"' ? 1 : 0;
    const close = option.sort === "function" && control.value[to] !== "(" ? ")" : "";
    const text = option.sort === "function" && control.value[to] === "(" ? option.name : option.text;
    control.setRangeText(text + close, from, to + rest, "end");
    if (close) control.setSelectionRange(from + text.length, from + text.length);
    this.text = control.value;
    this.#size();
    this.options.onchange?.(this.text);
    this.#soon();
  }

  #soon(after = ASK_AFTER) {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.#ask().catch(() => {}), after);
  }

  async #ask() {
    const mine = (this.turn = (this.turn ?? 0) + 1);
    this.asked = true;
    const text = this.control.value;
    const fields = { value: stringify(store.value), path: stringify(this.options.path ?? []), text, unary: String(Boolean(this.options.unary)) };
    const more = this.tried?.isOpen() ? sampleFields() : {};
    const { body } = await post(`${data.base}/expression`, { ...fields, ...more });
    if (mine !== this.turn) return;
    this.around.names = body.names ?? this.around.names;
    this.element.judged = body.problems !== undefined;
    this.#tell(text.trim() === "" ? [] : body.problems ?? []);
    this.type.textContent = text.trim() && body.type && !this.options.unary && body.type !== "any" ? t("feel.gives_type", { type: typeName(body.type) }) : "";
    this.tried?.show(text.trim() === "" ? {} : body);
    this.list.again();
  }

  #tell(problems) {
    this.element.problems = problems;
    this.errors.replaceChildren(...problems.map((each) => this.#problem(each)));
    this.options.onjudged?.();
  }

  /** A problem; the button puts the caret where it is. */
  #problem({ message, hint, severity, at }) {
    const said = h("span", {}, message, hint ? ` ${hint}` : "");
    if (at === null || at === undefined) return h("p", { class: `ol-err ${severity}` }, icon("alert", true), said);
    const before = this.text.slice(0, at).split("\n");
    const place = before.length > 1 ? t("feel.at_line", { line: before.length, column: before.at(-1).length + 1 }) : t("feel.at", { column: at + 1 });
    const go = h("button", { type: "button", class: "ol-link small", onclick: () => this.#point(at) }, place);
    return h("p", { class: `ol-err ${severity}` }, icon("alert", true), h("span", {}, said, " ", go));
  }

  #point(at) {
    this.control.focus();
    const end = at + (this.control.value.slice(at).match(/^[\p{L}\p{N}_]+/u)?.[0].length ?? 1);
    this.control.setSelectionRange(at, end);
  }
}
