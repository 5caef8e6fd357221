// The steps from left to right. A card is made anew only when what it shows is another.
import { h, icon, t } from "./dom.js";
import { lanesOf } from "./approval_model.js";
import * as words from "./approval_words.js";
import { drop, rename, verbs, view } from "./approval_view.js";
import { store } from "./store.js";

const KEYS = {
  ArrowLeft: { alt: "earlier", both: "join_before" },
  ArrowRight: { alt: "later", both: "join_after" },
  ArrowUp: { alt: "up" },
  ArrowDown: { alt: "down" },
  a: { plain: "after" },
  b: { plain: "before" },
  p: { plain: "beside" },
  d: { plain: "duplicate" },
  Delete: { plain: "remove" },
};

/** The lanes of the draft, in a list that follows it. */
export class Lanes {
  constructor(place, { readonly = false } = {}) {
    this.place = place;
    this.readonly = readonly;
    this.cards = new Map();
    place.addEventListener("keydown", (event) => this.key(event));
    place.addEventListener("dragstart", (event) => this.lift(event));
    place.addEventListener("dragover", (event) => this.target(event) && event.preventDefault());
    place.addEventListener("drop", (event) => this.dropped(event));
    place.addEventListener("dragend", () => this.place.classList.remove("lifted"));
  }

  show() {
    // What is being typed stays, whatever is found meanwhile; then all is shown.
    if (this.naming) return;
    const focused = this.place.contains(document.activeElement) ? document.activeElement.dataset.path : undefined;
    const before = this.cards;
    this.cards = new Map();
    const lanes = lanesOf(store.value);
    const items = lanes.flatMap((lane, n) => [this.gap(n), this.lane(lane, before)]);
    this.place.replaceChildren(this.end("start"), ...items, this.gap(lanes.length), this.end("end"));
    if (focused !== undefined) this.focus(focused) || this.focus(view.selected?.join("."));
  }

  focus(path) {
    const found = path === undefined ? null : this.place.querySelector(`[data-path="${CSS.escape(path)}"]`);
    found?.focus();
    return Boolean(found);
  }

  /** The start and the end of the way: what they say is no step. */
  end(which) {
    return h("li", { class: `ol-ap-end ${which === "end" ? "done" : ""}`, "data-end": which }, icon(which === "start" ? "send" : "check", true), h("span", {}, t(`approvals_design.${which}`)));
  }

  gap(n) {
    return h("li", { class: "ol-ap-gap", "data-gap": n, "aria-hidden": "true" }, icon("right", true));
  }

  lane(lane, before) {
    const cards = lane.steps.map((step) => this.card(step, before));
    if (!lane.beside) return h("li", { class: "ol-ap-lane" }, ...cards);
    const text = t("approvals_design.side_by_side", { count: lane.steps.length });
    const items = cards.map((card) => h("li", {}, card));
    const inner = items.length ? h("ul", {}, ...items) : h("p", { class: "small muted" }, t("approvals_design.no_steps_beside"));
    return h("li", { class: "ol-ap-lane beside", "data-lane": lane.path[1] }, h("span", { class: "ol-ap-h" }, icon("par", true), text), inner);
  }

  card({ path, value }, before) {
    const name = path.join(".");
    const found = store.findingsAt(path);
    const lit = view.lit?.get(words.shown(value?.id));
    const chosen = view.selected?.join(".") === name;
    const mark = JSON.stringify([value ?? null, this.defaults(), found.map((each) => each.severity), lit ?? (view.lit ? 0 : 1), chosen, words.peopleText(value?.approvers)]);
    const known = before.get(name);
    const card = known?.mark === mark ? known.card : this.made({ path, value, found, lit, chosen });
    this.cards.set(name, { mark, card });
    return card;
  }

  defaults() {
    const { due, remind, escalate, expire } = store.value;
    return [due, remind, escalate, expire];
  }

  made({ path, value, found, lit, chosen }) {
    const name = path.join(".");
    const mode = words.mode(value);
    const rule = words.condition(value);
    const more = words.details(value, store.value);
    const wrong = found.length ? h("span", { class: `ol-ap-f ${found.some((each) => each.severity === "error") ? "bad" : "warn"}` }, String(found.length), h("span", { class: "vh" }, ` ${t("approvals_design.findings")}`)) : null;
    const lines = [
      h("span", { class: "ol-ap-t" }, words.titleOf(value)),
      h("span", { class: "ol-ap-who" }, icon("user", true), h("span", {}, words.peopleText(value?.approvers))),
      h("span", { class: "ol-ap-mode" }, h("span", { class: "ol-ap-sign", "aria-hidden": "true" }, mode.sign), h("span", {}, mode.text)),
      rule ? h("span", { class: "ol-ap-if" }, h("span", { class: "muted" }, `${t("approvals_design.if")} `), h("code", {}, rule)) : null,
      ...more.map((each) => h("span", { class: "ol-ap-more" }, icon(ICONS[each.key], true), h("span", {}, each.text))),
      this.answer(lit),
    ];
    return h(
      "button",
      {
        type: "button", class: `ol-ap-card${lit && !lit.skipped ? " lit" : view.lit ? " off" : ""}${lit?.problem ? " bad" : ""}`, "data-path": name, "data-at": name, draggable: this.readonly ? null : "true",
        "aria-pressed": String(chosen), "aria-keyshortcuts": "A B P D F2 Delete Alt+ArrowLeft Alt+ArrowRight", onclick: () => view.choose(path),
      },
      ...lines,
      wrong,
    );
  }

  answer(lit) {
    if (!view.lit) return null;
    if (!lit || lit.skipped) return h("span", { class: "ol-ap-lit" }, h("span", {}, t("approvals_design.not_asked"), lit ? h("span", { class: "ol-ap-why" }, lit.because) : ""));
    return h("span", { class: "ol-ap-lit" }, icon(lit.problem ? "alert" : "check", true), h("span", {}, lit.who || t("approvals_design.not_yet")));
  }

  key(event) {
    const card = event.target.closest?.("[data-path]");
    if (!card || event.ctrlKey || event.metaKey || event.target !== card) return;
    const path = pathIn(card.dataset.path);
    if (event.key === "F2") {
      event.preventDefault();
      this.name(card, path);
      return;
    }
    const verb = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    const name = event.altKey ? (event.shiftKey ? verb?.both : verb?.alt) : verb?.plain;
    if (name && !this.readonly) {
      event.preventDefault();
      verbs[name](path);
      if (!this.focus(view.selected?.join("."))) document.getElementById("design-approval-first").focus();
    } else if (!event.altKey && verb && event.key.startsWith("Arrow")) {
      event.preventDefault();
      this.go(path, event.key);
    }
  }

  /** From card to card: along the lanes, and among those beside each other. */
  go([, n, , m = 0], key) {
    const lanes = lanesOf(store.value);
    const along = key === "ArrowLeft" ? -1 : key === "ArrowRight" ? 1 : 0;
    const lane = lanes[n + along];
    const among = key === "ArrowUp" ? m - 1 : key === "ArrowDown" ? m + 1 : Math.min(m, (lane?.steps.length ?? 1) - 1);
    this.focus(lane?.steps[among]?.path.join("."));
  }

  /** The title becomes a field until it is left. */
  name(card, path) {
    let ended = false;
    const end = (keep, back = true) => {
      if (ended) return;
      ended = true;
      this.naming = false;
      if (keep) rename(path, input.value.trim());
      this.cards.delete(path.join("."));
      this.show();
      if (back) this.focus(path.join("."));
    };
    const input = h("input", { class: "form-control ol-ap-name", "aria-label": t("approvals_design.title"), ".value": words.titleOf(store.at(path)), onblur: () => end(true, false) });
    input.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Enter") end(true);
      if (event.key === "Escape") end(false);
    });
    card.replaceWith(input);
    this.naming = true;
    input.focus();
    input.select();
  }

  lift(event) {
    const card = event.target.closest?.("[data-path]");
    if (!card) return;
    event.dataTransfer.setData("text/plain", card.dataset.path);
    event.dataTransfer.effectAllowed = "move";
    this.lifted = pathIn(card.dataset.path);
    this.place.classList.add("lifted");
  }

  target(event) {
    const over = event.target.closest?.("[data-gap], [data-path], [data-lane], [data-end]");
    if (!over || !this.lifted || this.readonly) return undefined;
    if (over.dataset.gap !== undefined) return { gap: Number(over.dataset.gap) };
    if (over.dataset.end) return { gap: over.dataset.end === "start" ? 0 : lanesOf(store.value).length };
    return { beside: Number(over.dataset.lane ?? pathIn(over.dataset.path)[1]) };
  }

  dropped(event) {
    const target = this.target(event);
    if (!target) return;
    event.preventDefault();
    const path = this.lifted;
    this.lifted = undefined;
    this.place.classList.remove("lifted");
    drop(path, target);
    this.focus(view.selected?.join("."));
  }
}

const ICONS = { due: "clock", remind: "bell", escalate: "up", expire: "stop", edit: "pencil" };

/** A path as it stands in an attribute. */
export const pathIn = (text) => text.split(".").map((key) => (/^\d+$/.test(key) ? Number(key) : key));
