// The properties of one transition: what it waits for, its condition, where it leads, its turn.
import { targetSelect } from "./canvas_follows.js";
import { eventOf, rolesOf, titleOf } from "./canvas_words.js";
import { feelField } from "./feel.js";
import { h, icon, t } from "./dom.js";
import { beside, renameEvent, spread, transitionAt } from "./graph_links.js";
import { selectPath } from "./canvas_connect.js";
import { orderTransition } from "./outline.js";
import { at } from "./graph_stages.js";
import { state } from "./canvas_state.js";
import { store } from "./store.js";

const NAMED = { on: "canvas.event", activity: "canvas.event", after: "canvas.span" };

export class Transition {
  constructor(edge) {
    this.edge = edge;
    const written = at(store.value, edge.path);
    // What is written as a target alone has no other fields; a condition makes it a map.
    this.panelPath = written && typeof written === "object" ? edge.path : undefined;
    // Of several targets each is in the list; a clock that recurs may count from a moment.
    this.fields = [...(Array.isArray(written?.to) ? ["to"] : []), ...(written?.every !== undefined ? ["from"] : []), "actions", "internal"];
    this.place = h("div", {});
    this.guard = feelField({ value: edge.guard, label: t("canvas.guard"), path: [...edge.path, "if"], onchange: (text) => this.#guard(text) });
    this.order = h("p", { class: "muted small" });
    this.element = h("div", { class: "stack ol-transition" }, this.#event(), this.place, h("div", {}, h("span", { class: "form-label" }, t("canvas.guard")), this.guard, h("p", { class: "form-hint" }, t("canvas.guard_hint"))), this.#turns(), this.#who());
    this.sign = "";
  }

  show() {
    const edge = state.edgeOf(this.edge.key);
    if (!edge) return;
    this.edge = edge;
    const sign = JSON.stringify([...state.graph.nodes.values()].map((node) => [node.key, titleOf(node)]).concat([[edge.key]]));
    if (sign !== this.sign) {
      this.sign = sign;
      const focused = this.place.contains(document.activeElement);
      this.select = targetSelect(edge, t("canvas.to"));
      this.place.replaceChildren(h("span", { class: "form-label" }, t("canvas.to")), this.select);
      if (focused) this.select.focus();
    }
    this.select.value = edge.target ?? "";
    if (!this.guard.contains(document.activeElement)) this.guard.show?.(edge.guard);
    const all = beside(store.value, edge.path);
    const mine = all.findIndex((one) => one.path.join("\n") === edge.path.join("\n"));
    this.order.textContent = all.length > 1 ? t("canvas.order", { place: mine + 1, count: all.length }) : "";
    this.turns.hidden = all.length < 2 || !store.mayWrite;
  }

  #event() {
    const label = NAMED[this.edge.trigger];
    if (!label) return h("p", {}, h("span", { class: "form-label" }, t("canvas.when")), eventOf(this.edge, store.value) || t("canvas.on.always"));
    const act = (event) => {
      let path;
      store.change((value) => {
        path = renameEvent(value, this.edge.path, event.target.value.trim());
      });
      if (path) selectPath(path);
      else event.target.value = this.edge.event;
    };
    const names = Object.keys(store.value.events ?? {});
    const input = h("input", { class: "form-control mono", id: "cv-event", ".value": this.edge.event, list: "cv-events", autocomplete: "off", disabled: !store.mayWrite, onchange: act });
    const list = this.edge.trigger === "on" ? h("datalist", { id: "cv-events" }, names.map((name) => h("option", { value: name }))) : null;
    return h("div", {}, h("label", { class: "form-label", for: "cv-event" }, t(label)), input, list);
  }

  #guard(text) {
    const path = this.edge.path;
    const one = transitionAt(store.value, path);
    if (!one || !store.mayWrite) return;
    if (!text.trim()) store.set([...path, "if"], undefined, { merge: `guard ${path.join(".")}` });
    else {
      store.change((value) => {
        spread(value, path);
        const body = at(value, path);
        // The condition is read first, so it stands first.
        const { if: _, ...rest } = body;
        Object.keys(body).forEach((key) => delete body[key]);
        Object.assign(body, withGuard(rest, text));
      }, { merge: `guard ${path.join(".")}` });
    }
    const now = [...state.graph.leads.values()].flat().find((edge) => edge.path.join("\n") === path.join("\n"));
    if (now && now.key !== state.edge) {
      // A target alone became a map: the same transition, one key deeper.
      state.edge = now.key;
      this.edge = now;
    }
  }

  #turns() {
    const button = (step, name, key) => h("button", { type: "button", class: "btn btn-sm", onclick: () => orderTransition(this.edge, step) }, icon(name, true), t(key));
    this.turns = h("div", { class: "row-x wrap" }, this.order, button(-1, "up", "canvas.earlier"), button(1, "down", "canvas.later"));
    return this.turns;
  }

  #who() {
    const { roles, form } = this.edge;
    const said = [roles.length ? t("canvas.sent_by", { roles: rolesOf(roles) }) : "", form ? t("canvas.asks", { form }) : ""].filter(Boolean);
    return said.length ? h("p", { class: "muted small" }, said.join(" ")) : null;
  }
}

const withGuard = (rest, text) => {
  const { after, at: moment, every, from, ...others } = rest;
  const clock = Object.fromEntries(Object.entries({ after, at: moment, every, from }).filter(([, each]) => each !== undefined));
  return { ...clock, if: text, ...others };
};
