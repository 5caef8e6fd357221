// What a call of a connector would send, and what an answer would become. Nothing is sent.
import { h, icon, t } from "./dom.js";
import { designed } from "./kinds.js";
import { jsonField, labelled, laidOut, sample } from "./kinds_sample.js";

const GOOD = "200";

const bad = (text) => h("p", { class: "ol-err" }, icon("alert"), h("span", {}, text));
const block = (text, label) => h("pre", { class: "ol-kd-pre", tabindex: "0", role: "region", "aria-label": label }, text);

const request = (found) => {
  const { request: made } = found;
  if (made.why) return [bad(made.why)];
  return [
    block(`${made.method} ${made.url}`, t("kinds.request")),
    h("table", { class: "ol-kd-pairs" }, h("caption", {}, t("kinds.headers")), h("tbody", {}, ...made.headers.map(([name, value]) => h("tr", {}, h("th", { scope: "row", class: "mono" }, name), h("td", { class: "mono" }, value))))),
    made.body ? block(laidOut(made.body), t("kinds.body")) : h("p", { class: "small muted" }, t("kinds.no_body")),
    h("p", { class: "small muted" }, t("kinds.waits", { count: found.seconds })),
  ];
};

const answer = ({ answer: given, tries }) => {
  if (given.kind === "result") return [h("p", { class: "t-ok row-x" }, icon("check", true), t("kinds.result")), block(laidOut(given.result), t("kinds.result"))];
  if (given.kind === "declined") return [bad(t("kinds.declined", given))];
  if (given.again) return [bad(t("kinds.again", { ...given, tries }))];
  return [bad(t("kinds.invalid", { code: "", ...given }))];
};

const becomes = (each) => {
  if (each.why) return bad(t("kinds.inbound_wrong", each));
  if (!each.wanted) return h("p", { class: "muted" }, t("kinds.not_wanted", each));
  const said = each.event ? t("kinds.becomes_event", { ...each, values: each.values.join(", ") }) : t("kinds.becomes_order", each);
  const time = each.time ? ` ${t("kinds.at_time", each)}` : "";
  return h("div", { class: "stack" }, h("p", { class: "t-ok row-x" }, icon("check", true), h("span", {}, said + time)), block(laidOut(each.data), said));
};

designed(({ again }) => {
  const message = jsonField({ label: t("kinds.inbound_body"), rows: 5, onchange: () => again() });
  const headers = jsonField({ label: t("kinds.inbound_headers"), rows: 2, onchange: () => again() });
  message.fill("{}");
  const taken = h("div", { class: "stack" });
  const coming = h("section", { class: "stack" }, h("h3", {}, t("kinds.inbound")), message.element, headers.element, taken);
  const values = jsonField({ label: t("kinds.args"), onchange: () => again() });
  const fresh = () => { values.written = false; again({ now: true }); };
  const read = sample({ own: false, onchange: ({ chosen }) => (chosen ? fresh() : again()) });
  const operation = h("select", { class: "form-select", onchange: fresh });
  const status = h("input", { class: "form-control num", inputmode: "numeric", autocomplete: "off", ".value": GOOD, oninput: () => again() });
  const body = h("textarea", { class: "form-control mono", rows: 3, spellcheck: "false", autocomplete: "off", ".value": "{}", oninput: () => again() });
  const told = h("p", { class: "small muted" });
  const asked = h("fieldset", { class: "ol-kd-ways" }, h("legend", { class: "form-label" }, t("kinds.answer")), labelled(t("kinds.status"), status), labelled(t("kinds.answer_body"), body));
  const became = h("div", { class: "stack" });
  return {
    controls: h("div", { class: "ol-kd-controls" }, labelled(t("kinds.operation"), operation), read.element, values.element, told),
    ready: read.ready,
    fields() {
      const args = values.written ? values.text() : "";
      const names = read.fields();
      const brought = { message: message.text(), headers: headers.text() };
      if ([args, names, brought.message, brought.headers].includes(undefined)) return undefined;
      return { ...names, ...brought, operation: operation.value, status: status.value, body: body.value, ...(args ? { args } : {}) };
    },
    show(found) {
      const focused = [asked, coming].some((each) => each.contains(document.activeElement)) ? document.activeElement : undefined;
      queueMicrotask(() => focused?.focus());
      taken.replaceChildren(...found.inbound.map(becomes));
      const brought = found.inbound.length ? [coming] : [];
      if (!found.operation) return [h("p", { class: "muted" }, t("kinds.no_operation")), ...brought];
      operation.replaceChildren(...found.operations.map((each) => h("option", { value: each, selected: each === found.operation }, each)));
      values.fill(laidOut(found.args));
      told.textContent = !values.written && found.calls.length ? t("kinds.args_of", { process: found.calls[0].process }) : "";
      became.replaceChildren(...answer(found));
      return [h("section", { class: "stack" }, h("h3", {}, t("kinds.request")), ...request(found)), h("section", { class: "stack" }, asked, became), ...brought];
    },
  };
});
