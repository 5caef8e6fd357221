// Fields for a value of the draft, made of the schema of its kind.
import { h, t } from "./dom.js";
import { held } from "./panel_focus.js";
import { makeField } from "./panel_field.js";
import { loadSchema, schemaAt } from "./panel_schema.js";
import { store } from "./store.js";

/**
 * The element follows the store as long as it is in the page. `only`: these keys, in this order;
 * `skip`: all but these; `title`: what stands above; `label`: what a value without a name is called.
 * `show(path)`: opens and focuses a place.
 */
class Panel extends HTMLElement {
  connectedCallback() {
    this.look ??= () => this.refresh();
    this.judge ??= () => this.view?.judge();
    for (const name of ["changed", "saved"]) store.addEventListener(name, this.look);
    for (const name of ["checked", "saved"]) store.addEventListener(name, this.judge);
    loadSchema().then(this.look);
  }

  disconnectedCallback() {
    for (const name of ["changed", "saved"]) store.removeEventListener(name, this.look);
    for (const name of ["checked", "saved"]) store.removeEventListener(name, this.judge);
  }

  begin(path, options) {
    Object.assign(this, { path, options });
    this.className = "ol-panel";
    this.dataset.path = path.join(".");
    this.setAttribute("role", "group");
    this.setAttribute("aria-label", options.title ?? options.label ?? path.at(-1) ?? t("panel.all"));
    return this;
  }

  refresh() {
    if (!this.isConnected) return;
    const restore = held(this);
    const gone = this.path.length > 0 && store.at(this.path.slice(0, -1)) === undefined;
    const schema = gone ? undefined : schemaAt(this.path, store.value);
    if (gone || !this.view || this.view.schema !== schema) this.#build(gone, schema);
    this.view?.show();
    this.view?.judge();
    restore();
  }

  /** Opens what is folded around a place, and gives it the focus. False where it is not here. */
  show(path) {
    const below = this.path.every((key, n) => String(key) === String(path[n]));
    if (!below || !this.view) return false;
    return this.view.reveal(path.slice(this.path.length));
  }

  #build(gone, schema) {
    const { title, only, skip, label = "" } = this.options;
    const head = title ? [h("h3", { class: "ol-panel-h" }, title)] : [];
    this.view = gone ? undefined : makeField({ schema, path: this.path, bare: true, only, skip, label });
    this.replaceChildren(...head, this.view?.element ?? h("p", { class: "muted" }, t("panel.gone")));
  }
}
customElements.define("ol-panel", Panel);

/** Fields for the value at a path of the draft. */
export const panel = (path, options = {}) => document.createElement("ol-panel").begin([...path], options);
