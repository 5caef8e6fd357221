// Records as the collection's definition has them: columns, rows, what would not fit.
import { h, icon, t } from "./dom.js";
import { designed } from "./kinds.js";
import { data, words } from "./page.js";

const marks = (column) =>
  [column.key && t("kinds.key"), column.required && !column.key && t("kinds.required"), column.balance && t("kinds.balance"), !column.known && t("kinds.unknown")].filter(Boolean);

const typeName = (kind) => (words[`kinds.type_${kind.replace("-", "_")}`] ?? kind);
const head = (column) =>
  h("th", { scope: "col" }, h("div", {}, column.label), h("div", { class: "mono muted" }, column.path), h("div", { class: "small muted" }, [typeName(column.kind), ...marks(column)].join(" · ")));

const rows = (found) =>
  found.rows.map((cells) => h("tr", {}, ...cells.map((text, n) => h(n ? "td" : "th", n ? {} : { scope: "row" }, text))));

const table = (found) =>
  h("div", { class: "ol-kd-x", tabindex: "0", role: "region", "aria-label": t("kinds.columns") }, h("table", { class: "ol-tbl ol-kd-table" }, h("thead", {}, h("tr", {}, ...found.columns.map(head))), h("tbody", {}, ...rows(found))));

const problems = (found) =>
  found.problems.length
    ? h("section", {}, h("h3", {}, t("kinds.problems")), h("ul", { class: "ol-kd-list" }, ...found.problems.map((each) => h("li", {}, icon("alert", true), h("span", {}, h("span", { class: "mono" }, each.key), ` ${each.message}`)))))
    : found.looked
      ? h("p", { class: "t-ok row-x" }, icon("check", true), t("kinds.all_fit"))
      : null;

const looked = (found) => {
  if (found.example) return t(found.hidden ? "kinds.hidden" : "kinds.example");
  return t(found.more ? "kinds.looked_more" : "kinds.looked", { count: found.looked });
};

designed(() => ({
  controls: h("span"),
  fields: () => ({}),
  show: (found) =>
    found.why
      ? [h("p", { class: "ol-err" }, icon("alert"), h("span", {}, found.why))]
      : [
          h("p", { class: "small muted" }, looked(found)),
          table(found),
          problems(found),
          found.alike ? h("p", { class: "small" }, t("kinds.alike", { count: found.alike })) : null,
          found.published && !found.hidden ? h("p", {}, h("a", { href: `/collections/${encodeURIComponent(data.id)}` }, t("kinds.records"))) : null,
        ],
}));
