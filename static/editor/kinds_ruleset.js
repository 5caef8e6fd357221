// What a ruleset concludes of facts, or a watch notices of events; and how its tests end.
import { choose, h, icon, t } from "./dom.js";
import { stringify } from "./exact.js";
import { designed } from "./kinds.js";
import { factTables } from "./kinds_facts.js";
import { jsonField, labelled, laidOut, sample } from "./kinds_sample.js";
import { store } from "./store.js";

const bad = (text) => h("p", { class: "ol-err" }, icon("alert"), h("span", {}, text));
const plain = (value) => (value && typeof value === "object" && !Array.isArray(value) && value.constructor === Object ? Object.entries(value).map(([key, each]) => `${key}: ${stringify(each)}`).join(", ") : stringify(value));
const inside = (value) => `(${plain(value)})`;

const rules = (found) =>
  h(
    "section",
    {},
    h("h3", {}, t("kinds.rules")),
    h("ul", { class: "ol-kd-list" }, ...found.rules.map((each) => h("li", {}, h("span", { class: each.fired ? "ol-st ok" : "ol-st" }, each.fired ? t("kinds.fired", { count: each.fired }) : t("kinds.silent")), h("span", {}, each.title, each.title === each.id ? null : h("span", { class: "mono muted" }, ` ${each.id}`))))),
  );

const step = (each) => {
  const reasons = each.because.map((one) => `${one.fact} ${one.place} ${inside(one.values)}`).join("; ");
  return h("li", {}, h("div", {}, h("span", {}, t("kinds.concludes", { rule: each.title, fact: each.fact, values: inside(each.values) })), h("div", { class: "small muted" }, t("kinds.because", { what: reasons }))));
};

const hit = (each) => {
  const sent = each.sends.map((one) => t("kinds.sends", { event: one.event, data: inside(one.data) })).join("; ");
  return h("li", {}, h("div", {}, h("span", {}, t("kinds.notices", { rule: each.title, key: plain(each.key), at: each.at })), h("div", { class: "small muted" }, sent)));
};

const steps = (found) => {
  const listed = found.steps ? found.steps.map(step) : found.hits.map(hit);
  return h(
    "section",
    {},
    h("h3", {}, t("kinds.steps")),
    listed.length ? h("ol", { class: "ol-kd-steps" }, ...listed) : h("p", { class: "muted" }, t("kinds.no_steps")),
    found.more ? h("p", { class: "small muted" }, t("kinds.more_steps", { count: found.more })) : null,
  );
};

const kinds = (found) =>
  h("details", { class: "ol-kd-more" }, h("summary", {}, t("kinds.known_facts")), h("ul", {}, ...found.kinds.map((each) => h("li", {}, h("span", { class: "mono fw" }, each.name), ` ${plain(each.fields)}`))));

const tests = (found) => {
  if (!found.tests) return null;
  if (!found.tests.length) return h("p", { class: "muted" }, t("kinds.no_tests"));
  const one = (each) => h("li", {}, icon(each.problem ? "x" : "check", true), h("span", { class: each.problem ? "t-bad" : "t-ok" }, `${choose(each.title) || t("kinds.test", { place: each.place })}: ${each.problem ? t("kinds.not_passed", { why: each.problem }) : t("kinds.passed")}`));
  return h("section", {}, h("h3", {}, t("kinds.tests")), h("ul", { class: "ol-kd-list" }, ...found.tests.map(one)));
};

designed(({ again }) => {
  const watch = () => store.value.mode === "watch";
  const facts = jsonField({ label: t("kinds.facts"), rows: 5, onchange: () => again() });
  const events = jsonField({ label: t("kinds.events"), rows: 7, list: true, onchange: () => again() });
  const tables = factTables({ onchange: (text) => { facts.put(text); again(); } });
  const json = h("details", { class: "ol-kd-more" }, h("summary", {}, t("kinds.as_json")), facts.element);
  const read = sample({ own: false, onchange: () => { facts.written = false; again({ now: true }); } });
  const until = h("input", { class: "form-control mono", autocomplete: "off", oninput: () => again() });
  const untilField = labelled(t("kinds.until"), until);
  let running = false;
  const run = h("button", { type: "button", class: "btn btn-sm", onclick: () => { running = true; again({ now: true, aloud: true }); } }, icon("play", true), t("kinds.run_tests"));
  const look = () => {
    for (const each of [read.element, tables.element, json]) each.hidden = watch();
    for (const each of [events.element, untilField]) each.hidden = !watch();
  };
  look();
  return {
    controls: h("div", { class: "ol-kd-controls" }, read.element, tables.element, json, events.element, untilField, h("div", {}, run)),
    ready: read.ready,
    fields() {
      look();
      const text = watch() ? events.text() : facts.text();
      const names = read.fields();
      if (text === undefined || names === undefined) return undefined;
      const given = watch() ? { ...(events.written ? { events: text, until: until.value } : {}) } : facts.written ? { facts: text } : {};
      return { ...names, ...given, ...(running ? { tests: "1" } : {}) };
    },
    show(found) {
      if (found.facts) {
        facts.fill(laidOut(found.facts));
        tables.fill(found.kinds, found.facts);
      }
      if (found.events && !events.written) {
        events.fill(laidOut(found.events));
        until.value = found.until;
      }
      const answer = found.why ? [bad(found.why)] : [rules(found), steps(found)];
      return [...answer, tests(found), found.kinds ? kinds(found) : null];
    },
    said: (found) => (found.tests ?? []).map((each) => (each.problem ? t("kinds.not_passed", { why: each.problem }) : t("kinds.passed"))).join(", ") || t("kinds.updated"),
  };
});
