// What the pane tells of a field: where it is named besides, and who may change it.
import { h, icon, t } from "./dom.js";
import { get } from "./page.js";
import { store } from "./store.js";
import { isMap } from "./form_schema.js";

/** Who names a field: `left`, expressions of the form itself; `uses`, other definitions. */
export const namedBesides = async (path, left) => {
  const answer = await get(`${store.base}/design/around?field=${encodeURIComponent(path)}`).catch(() => undefined);
  const uses = answer?.uses ?? [];
  return left.length || uses.length ? { path, left, uses } : undefined;
};

/** The same as a note with links. */
export const whereNamed = ({ path, left, uses }, close) => {
  const lines = [
    ...left.map((each) => h("li", {}, h("span", { class: "mono small" }, each.place.join(".")), " ", h("code", {}, each.text))),
    ...uses.map((each) => h("li", {}, h("a", { href: `/definitions/${each.kind}/${encodeURIComponent(each.id)}/design` }, each.title), " ", h("span", { class: "mono small" }, each.path))),
  ];
  return h("div", { class: "ol-note warn fd-told", role: "status" }, icon("info", true),
    h("div", { class: "grow" }, h("p", {}, t("form_design.named", { name: path })), h("ul", {}, ...lines)), close);
};

/** Who may change a field, by the rules of the form; `around`: titles of roles and stages. */
export const rightsOf = (path, around) => {
  const rules = Array.isArray(store.value.edit) ? store.value.edit : [];
  const isIn = (rule) => isMap(rule) && [rule.fields].flat().some((each) => typeof each === "string" && (each === path || path.startsWith(`${each}.`)));
  const fixed = { draft: t("form_design.draft"), any: t("form_design.any_stage") };
  const title = (id, list) => list.find((each) => each.id === id)?.title ?? fixed[id] ?? String(id ?? "");
  const said = (given, list) => [given].flat().map((each) => title(isMap(each) ? each.role : each, list)).join(", ");
  const lines = rules.filter(isIn).map((rule) => h("li", {}, h("span", { class: "fw" }, rule.by === undefined ? t("form_design.everybody") : said(rule.by, around.roles)), `: ${said(rule.in, around.stages)}`));
  if (!Array.isArray(store.value.edit)) lines.push(h("li", {}, t("form_design.edit_draft")));
  return h("div", { class: "fd-f" }, h("h3", {}, t("form_design.rights")), h("ul", { class: "small fd-rights" }, ...(lines.length ? lines : [h("li", {}, t("form_design.edit_nobody"))])));
};
