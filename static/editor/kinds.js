// The designer of one of the smaller kinds: its fields, and beside them the definition tried.
import { h, icon, sayAnswer, t } from "./dom.js";
import { stringify } from "./exact.js";
import { data, post } from "./page.js";
import { panel } from "./panel.js";
import { placeOf } from "./panel_place.js";
import { store } from "./store.js";

const AFTER = 400;

/** Asks the server for the preview and shows it; the last one that came counts. */
class Trial {
  constructor(make) {
    Object.assign(this, { asked: 0, waiting: 0, aloud: false });
    this.broken = document.getElementById("kind-broken");
    this.out = document.getElementById("kind-out");
    this.view = make({ again: (options) => this.later(options) });
    document.getElementById("kind-controls").replaceChildren(this.view.controls ?? "");
    store.addEventListener("changed", () => this.later());
    Promise.resolve(this.view.ready).then(() => this.ask());
  }

  /** `now`: without waiting for more keys; `aloud`: somebody asked for it by a button. */
  later({ now = false, aloud = false } = {}) {
    clearTimeout(this.waiting);
    this.aloud ||= aloud;
    if (now) this.ask();
    else this.waiting = setTimeout(() => this.ask(), AFTER);
  }

  async ask() {
    clearTimeout(this.waiting);
    const fields = this.view.fields();
    if (fields === undefined) return;
    const mine = ++this.asked;
    this.out.setAttribute("aria-busy", "true");
    const sent = { value: stringify(store.value), ...fields };
    const answer = await post(`${data.base}/design/preview`, sent).catch(() => ({ status: 0, body: {} }));
    if (mine !== this.asked) return;
    this.out.removeAttribute("aria-busy");
    this.#told(answer);
  }

  #told({ status, body }) {
    const { aloud } = this;
    this.aloud = false;
    if (status !== 200) this.#wrong(body.refused ?? t("kinds.unanswered"), []);
    else if (body.broken) this.#wrong(t("kinds.broken"), body.broken);
    else {
      this.broken.hidden = true;
      const shown = this.view.show(body);
      this.out.replaceChildren(...shown.filter((each) => each !== null && each !== undefined));
      if (aloud) sayAnswer(this.view.said?.(body) ?? t("kinds.updated"));
    }
  }

  #wrong(text, more) {
    this.broken.replaceChildren(icon("alert"), h("div", {}, h("p", {}, text), more.length ? h("ul", {}, ...more.map((each) => h("li", {}, each))) : null));
    this.broken.hidden = false;
  }
}

/** Fills the page in. `make({again})` gives `{controls, fields(), show(answer), ready?, said?}`:
 *  `fields` what is sent beside the value (undefined: nothing can be asked), `show` elements. */
export const designed = (make) => {
  const place = document.getElementById("kind-fields");
  if (!place) return;
  const fields = panel([]);
  place.replaceChildren(fields);
  document.addEventListener("design:show", (event) => fields.show(placeOf(event.detail.path, store.value)));
  new Trial(make);
};
