// A month of a calendar, and when something is due by it.
import { h, icon, t } from "./dom.js";
import { designed } from "./kinds.js";
import { labelled } from "./kinds_sample.js";

const STARTING = "8 working hours";
const WEEK = 7;

const day = (each) => {
  const hours = each.hours.map((span) => h("span", { class: "ol-kd-hours" }, span));
  const name = each.holiday || (each.kind === "open" ? "" : t(`kinds.kind_${each.kind}`));
  return h(
    "td",
    { class: `${each.kind}${each.today ? " now" : ""}`, "aria-label": [each.name, each.today ? t("kinds.today") : "", name, ...each.hours].filter(Boolean).join(", ") },
    h("span", { class: "ol-kd-d" }, String(Number(each.date.slice(-2)))),
    ...hours,
    name && each.kind !== "free" ? h("span", { class: "ol-kd-name" }, name) : null,
  );
};

const weeks = (found) => {
  const cells = [...Array.from({ length: found.lead }, () => h("td", { class: "none" })), ...found.days.map(day)];
  while (cells.length % WEEK) cells.push(h("td", { class: "none" }));
  return Array.from({ length: cells.length / WEEK }, (_, n) => h("tr", {}, ...cells.slice(n * WEEK, (n + 1) * WEEK)));
};

const table = (found) =>
  h(
    "table",
    { class: "ol-kd-month" },
    h("caption", { class: "vh" }, found.title),
    h("thead", {}, h("tr", {}, ...found.weekdays.map((each) => h("th", { scope: "col" }, h("abbr", { title: each.name }, each.short))))),
    h("tbody", {}, ...weeks(found)),
  );

const others = (found) => {
  const rows = found.days.filter((each) => !["open", "free"].includes(each.kind));
  if (!rows.length) return null;
  return h("ul", { class: "ol-kd-days" }, ...rows.map((each) => h("li", {}, h("span", { class: "fw" }, each.name), ` ${each.holiday || t(`kinds.kind_${each.kind}`)}`, each.hours.length ? h("span", { class: "muted" }, ` ${each.hours.join(", ")}`) : null)));
};

designed(({ again }) => {
  let month = "";
  let around = {};
  const title = h("span", { class: "fw ol-kd-title", "aria-live": "polite" });
  const move = (key, name) =>
    h("button", { type: "button", class: "btn btn-icon btn-sm", "aria-label": t(`kinds.${key}`), title: t(`kinds.${key}`), onclick: () => { month = around[key] ?? ""; again({ now: true }); } }, icon(name));
  const from = h("input", { type: "datetime-local", class: "form-control", oninput: () => again() });
  const span = h("input", { class: "form-control", autocomplete: "off", ".value": STARTING, oninput: () => again() });
  const due = h("p", { class: "ol-kd-due", role: "status" });
  const counting = h("fieldset", { class: "ol-kd-ways ol-kd-counting" }, h("legend", { class: "form-label" }, t("kinds.due")), labelled(t("kinds.from"), from), labelled(t("kinds.duration"), span), due);
  return {
    controls: h("div", { class: "ol-kd-controls" }, counting, h("div", { class: "ol-kd-bar", role: "group", "aria-label": t("kinds.calendar") }, move("before", "left"), title, move("after", "right"))),
    fields: () => ({ month, moment: from.value, duration: span.value }),
    show(found) {
      around = found;
      month = found.month;
      title.textContent = found.title;
      if (!from.value) from.value = found.moment;
      const said = found.why || (found.due ? t("kinds.due_at", { at: found.due }) : "");
      due.classList.toggle("t-bad", Boolean(found.why));
      if (due.textContent !== said) due.textContent = said;
      return [
        h("p", { class: "small muted" }, `${t("kinds.open_days", { days: found.open, hours: found.hours })} · ${t("kinds.zone", { zone: found.zone })}`),
        table(found),
        others(found),
      ];
    },
  };
});
