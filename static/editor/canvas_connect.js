// Transitions drawn between stages: by a dialog that a pointer or a key opens.
import { change, one, stageOptions } from "./canvas_change.js";
import { ask } from "./canvas_dialog.js";
import { eventOf, span, titleOf } from "./canvas_words.js";
import { choose, say, t } from "./dom.js";
import * as links from "./graph_links.js";
import { activities, activityId } from "./graph_slots.js";
import { ANYWHERE, ordered } from "./graph.js";
import { find } from "./graph_stages.js";
import { state } from "./canvas_state.js";
import { store } from "./store.js";

const OTHER = "?";
const offerKey = (offer) => [offer.trigger, offer.activity ?? "", offer.event].join("\n");

const offerName = (offer) => {
  if (offer.trigger === "after") return t("canvas.on.time");
  if (offer.trigger === "activity") return t("canvas.on.activity", { event: eventOf({ ...offer, guard: "" }, store.value), activity: offer.activity });
  return eventOf({ ...offer, guard: "" }, store.value) + (offer.trigger === "on" && choose(store.value.events?.[offer.event]?.title) ? ` (${offer.event})` : "");
};

const fromField = () => ({ name: "from", label: t("canvas.from"), value: "", options: [...stageOptions((node) => node.kind !== "final"), [ANYWHERE, t("canvas.anywhere")]] });
const toField = (value) => ({ name: "to", label: t("canvas.to"), value, options: stageOptions() });

// Events that nobody declares (language 11).
const OWN = ["data.changed", "error.evaluation", "error.data", "error.stock", "error.send", "error.loop"];
const heard = (stage) => [...activities(stage?.body).map(activityId).filter(Boolean).flatMap((id) => [`done.${id}`, `failed.${id}`]), ...OWN];

/** Leads from a stage to another: asks for what is not given. */
export const connect = async ({ from, to } = {}) => {
  if (!store.mayWrite) return undefined;
  const start = from ?? one();
  if (start === undefined) {
    const ends = await ask({ title: t("canvas.connect_title"), ok: t("canvas.next"), fields: [fromField(), toField(to ?? "")] });
    return ends ? connect(ends) : undefined;
  }
  const known = start === ANYWHERE ? undefined : find(store.value, start);
  if (known?.body.type === "final") {
    say(t("canvas.final_leads", { name: nameOf(start) }));
    return undefined;
  }
  const offered = links.offers(store.value, known);
  const choices = [...offered.map((offer) => [offerKey(offer), offerName(offer)]), ...(known?.body.type === "history" ? [] : [[OTHER, t("canvas.on.another")]])];
  const values = await ask({
    title: t("canvas.connect_from", { name: nameOf(start) }),
    ok: t("canvas.connect"),
    fields: [
      toField(to ?? next(start)),
      { name: "offer", label: t("canvas.when"), value: choices[0][0], options: choices },
      { name: "event", label: t("canvas.event"), value: "", mono: true, hint: t("canvas.event_hint"), list: heard(known), when: ({ offer }) => offer === OTHER },
      { name: "span", label: t("canvas.span"), value: "P1D", mono: true, hint: t("canvas.span_hint"), when: ({ offer }) => offer.startsWith("after\n") },
      { name: "guard", label: t("canvas.guard"), value: "", lines: true, hint: t("canvas.guard_hint") },
    ],
    check: ({ offer, event, span: text }) => {
      if (offer === OTHER && !/^([*]|[a-z0-9]+(-[a-z0-9]+)*([.][a-z0-9]+(-[a-z0-9]+)*)*([.][*])?)$/.test(event)) return { event: t("canvas.event_wrong") };
      if (offer.startsWith("after\n") && span(text) === text) return { span: t("canvas.span_wrong") };
      return {};
    },
  });
  if (!values) return undefined;
  const offer = values.offer === OTHER ? { trigger: "on", event: values.event } : offered.find((each) => offerKey(each) === values.offer);
  const event = offer.trigger === "after" ? values.span : offer.event;
  return join(start, values.to, { ...offer, event, guard: values.guard });
};

const next = (id) => {
  const keys = ordered(state.graph);
  return keys[keys.indexOf(id) + 1] ?? keys[0];
};

const nameOf = (id) => (id === ANYWHERE ? t("canvas.anywhere") : titleOf(state.graph.nodes.get(id)));

const join = (from, to, how) => {
  let path;
  const make = (value) => {
    path = links.connect(value, from === ANYWHERE ? null : from, to, how);
  };
  const names = { from: nameOf(from), to: nameOf(to) };
  if (change(make, { said: t("canvas.connected", names) })) selectPath(path);
};

/** Chooses the transition at a path. */
export const selectPath = (path) => {
  const name = path.join("\n");
  const found = [...state.graph.leads.values()].flat().find((edge) => edge.path.join("\n") === name);
  if (found) state.selectEdge(found.key);
};
