// What one can do to the chosen stages; every verb is one step that can be undone.
import { change, chosenIds, one, titled, stageOptions } from "./canvas_change.js";
import { ask } from "./canvas_dialog.js";
import { eventOf, titleOf } from "./canvas_words.js";
import { choose, say, t } from "./dom.js";
import { clipped, paste, readClip } from "./graph_clip.js";
import * as edits from "./graph_edits.js";
import * as links from "./graph_links.js";
import { ordered } from "./graph.js";
import { bodyOf, find, ids, isId, slug, unlike } from "./graph_stages.js";
import { parse, stringify } from "./exact.js";
import { state } from "./canvas_state.js";
import { store } from "./store.js";

const CLIP = "orderloom-stages";
let clip;

const idField = (value) => ({ name: "id", label: t("canvas.id"), value, mono: true, hint: t("canvas.id_hint") });
const checkId = (own) => ({ id }) => {
  if (!isId(id)) return { id: t("canvas.id_wrong") };
  return id !== own && ids(store.value).has(id) ? { id: t("canvas.id_taken", { id }) } : {};
};
const idOf = (title) => unlike(ids(store.value), slug(title) || "stage");

const TYPES = ["plain", "compound", "parallel", "final"];

/** Adds a stage: after the chosen one, or inside it where it has inner ones. */
export const add = async ({ id: given, connectFrom } = {}) => {
  if (!store.mayWrite) return;
  const node = state.nodes.at(-1);
  const inside = node?.children.length ? node.id : null;
  const values = await ask({
    title: t("canvas.add_title"),
    ok: t("canvas.add"),
    fields: [
      { name: "title", label: t("canvas.title"), value: given ?? "" },
      idField(given ?? ""),
      { name: "type", label: t("canvas.type"), value: "plain", options: TYPES.map((type) => [type, t(`canvas.kind.${type}`)]) },
      { name: "parent", label: t("canvas.into"), value: inside ?? node?.parent ?? "", options: [["", t("canvas.top")], ...stageOptions((each) => !["final", "history"].includes(each.kind))] },
    ],
    check: (found) => (found.title || found.id ? checkId()(found) : { title: t("canvas.title_missing") }),
    follow: ({ title }, name) => (name === "title" ? { id: title ? idOf(title) : "" } : {}),
  });
  if (!values) return;
  const { title, id, type } = values;
  const parent = values.parent || null;
  const beside = node && node.parent === parent ? siblingsOf(node.key) : [];
  const before = beside[beside.indexOf(node?.key) + 1];
  const make = (value) => {
    edits.addStage(value, { id, title: title && title !== id ? titled(title) : undefined, type, parent, before });
    if (connectFrom) links.connect(value, connectFrom.id, id, connectFrom);
  };
  change(make, { select: [id], said: t("canvas.added", { name: title || id }) });
};

const siblingsOf = (key) => {
  const { parent } = state.graph.nodes.get(key);
  return parent === null ? state.graph.roots : state.graph.nodes.get(parent).children;
};

export const rename = async () => {
  const id = one();
  if (!id) return;
  const node = state.graph.nodes.get(id);
  const values = await ask({
    title: t("canvas.rename_title", { name: titleOf(node) }),
    ok: t("canvas.rename"),
    fields: [{ name: "title", label: t("canvas.title"), value: choose(node.body.title) }, idField(id)],
    check: checkId(id),
  });
  if (!values) return;
  const title = values.title === choose(node.body.title) ? undefined : values.title;
  renameTo(id, { title, to: values.id });
};

/** `title` undefined: stays. Says where the old id may still stand. */
export const renameTo = (id, { title, to = id }) => {
  let places = 0;
  const make = (value) => {
    if (title !== undefined) retitle(value, id, title);
    if (to !== id) places = edits.renameStage(value, id, to);
  };
  const said = to === id ? t("canvas.retitled", { name: title ?? id }) : t("canvas.renamed", { from: id, to });
  const moved = state.places.get(id);
  if (moved && to !== id) state.places.set(to, moved);
  change(make, { select: [to], said: to === id ? said : `${said} ${t("canvas.renamed_places", { count: places })} ${t("canvas.renamed_not")}` });
};

const retitle = (value, id, title) => {
  const stage = find(value, id);
  const body = bodyOf(value, stage.path);
  const now = body.title;
  if (!title) delete body.title;
  else if (now && typeof now === "object") now[document.documentElement.lang] = title;
  else body.title = now === undefined ? titled(title) : title;
};

/** Takes the chosen stages or the chosen transition away. */
export const remove = () => {
  if (!store.mayWrite) return;
  const edge = state.edge && state.edgeOf(state.edge);
  if (edge) {
    change((value) => links.disconnect(value, edge.path), { select: edge.from === "*" ? [] : [edge.from], said: t("canvas.disconnected", { event: eventOf(edge, store.value) }) });
    return;
  }
  const chosen = chosenIds();
  if (!chosen.length) return;
  const keys = ordered(state.graph);
  const gone = new Set(chosen);
  const after = keys.slice(keys.lastIndexOf(chosen.at(-1)) + 1).find((key) => !gone.has(key) && !within(key, gone)) ?? keys.findLast((key) => !gone.has(key) && !within(key, gone));
  let count = {};
  const make = (value) => {
    count = edits.deleteStages(value, chosen);
  };
  if (change(make, { select: after ? [after] : [] })) say(t("canvas.deleted", count));
};

const within = (key, gone) => {
  for (let at = state.graph.nodes.get(key)?.parent; at; at = state.graph.nodes.get(at)?.parent) if (gone.has(at)) return true;
  return false;
};

export const copy = () => {
  const chosen = chosenIds();
  if (!chosen.length) return false;
  clip = clipped(store.value, chosen);
  try {
    localStorage.setItem(CLIP, stringify(clip));
  } catch {
    // Without room of its own the clip still serves this page.
  }
  say(t("canvas.copied", { count: clip.stages.length }));
  return true;
};

export const cut = () => {
  if (copy()) remove();
};

const kept = () => {
  try {
    return readClip(parse(localStorage.getItem(CLIP) ?? "null")) ?? clip;
  } catch {
    return clip;
  }
};

/** After the chosen stage, beside it. */
export const pasteClip = (found = kept()) => {
  if (!store.mayWrite) return;
  if (!found) {
    say(t("canvas.clip_empty"));
    return;
  }
  const node = state.nodes.at(-1);
  const parent = node?.parent ?? null;
  const beside = node ? siblingsOf(node.key) : [];
  const before = beside[beside.indexOf(node?.key) + 1];
  let made = [];
  const make = (value) => {
    made = paste(value, found, { parent, before });
  };
  if (change(make, {})) {
    state.select(made);
    document.dispatchEvent(new CustomEvent("canvas:focus"));
    say(t("canvas.pasted", { count: made.length }));
  }
};

export const duplicate = () => {
  const chosen = chosenIds();
  if (chosen.length) pasteClip(clipped(store.value, chosen));
};

export const group = async () => {
  const chosen = chosenIds();
  if (!chosen.length) return;
  const values = await ask({
    title: t("canvas.group_title", { count: chosen.length }),
    ok: t("canvas.group"),
    fields: [{ name: "title", label: t("canvas.title"), value: "" }, idField("")],
    check: (found) => (found.title || found.id ? checkId()(found) : { title: t("canvas.title_missing") }),
    follow: ({ title }, name) => (name === "title" ? { id: title ? idOf(title) : "" } : {}),
  });
  if (!values) return;
  const { title, id } = values;
  change((value) => edits.groupStages(value, chosen, { id, title: title && title !== id ? titled(title) : undefined }), { select: [id], said: t("canvas.grouped", { name: title || id }) });
};
