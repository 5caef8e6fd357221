// A message as people would get it: in each language, and who they are.
import { choose, h, icon, t } from "./dom.js";
import { designed } from "./kinds.js";
import { sample } from "./kinds_sample.js";
import { words } from "./page.js";

const KILO = 1000;
const size = (bytes) => (bytes < KILO ? t("kinds.bytes", { count: bytes }) : t("kinds.kilobytes", { count: (bytes / KILO).toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 }) }));
const languageName = (code) => (`kinds.language_${code}` in words ? t(`kinds.language_${code}`) : code);

const asMail = (each) =>
  h("div", { class: "ol-kd-letter" }, ...each.paragraphs.map((lines) => h("p", {}, ...lines.flatMap((line, n) => (n ? [h("br"), line] : [line])))));

const letter = (each, mail) => {
  const head = h("h3", { lang: document.documentElement.lang }, h("span", { class: "ol-st vio" }, each.language), ` ${languageName(each.language)}`);
  if (each.why) return h("section", { class: "ol-kd-one" }, head, h("p", { class: "ol-err" }, icon("alert"), h("span", {}, each.why)));
  const sizes = t("kinds.sizes", { text: size(each.bytes), html: size(each.html_bytes) });
  return h(
    "section",
    { class: "ol-kd-one" },
    head,
    h("p", { class: "ol-kd-subject" }, h("span", { class: "muted" }, `${t("kinds.subject")}: `), h("span", { class: "fw", lang: each.language }, each.subject || t("kinds.empty_subject"))),
    h("div", { lang: each.language }, mail ? asMail(each) : h("pre", { class: "ol-kd-pre", tabindex: "0" }, each.text)),
    h("p", { class: "small muted" }, sizes),
  );
};

const receivers = (found) => {
  const names = [...found.people, ...found.addresses];
  const more = found.more ? [t("kinds.more_people", { count: found.more })] : [];
  const nobody = found.anyone ? t("kinds.nobody") : t("kinds.built_in");
  return h(
    "div",
    { class: "ol-kd-to" },
    h("p", {}, h("span", { class: "muted" }, `${t("kinds.to")}: `), names.length ? [...names, ...more].join(", ") : nobody),
    ...found.lost.map((each) => h("p", { class: "ol-err" }, icon("alert"), h("span", {}, t("kinds.lost", { what: each })))),
    h("p", { class: "small muted" }, t(found.channel === "in-app" ? "kinds.in_app" : "kinds.by_mail")),
  );
};

designed(({ again }) => {
  const read = sample({ onchange: () => again() });
  let mail = true;
  const way = (key, on) => {
    const input = h("input", { type: "radio", class: "form-check-input", name: "kind-view", checked: on, onchange: () => { mail = key === "as_mail"; again({ now: true }); } });
    return h("label", { class: "row-x" }, input, t(`kinds.${key}`));
  };
  const ways = h("fieldset", { class: "ol-kd-ways" }, h("legend", { class: "form-label" }, t("kinds.view_as")), way("as_mail", true), way("as_text", false));
  return {
    controls: h("div", { class: "ol-kd-controls" }, read.element, ways),
    ready: read.ready,
    fields: () => read.fields(),
    show: (found) => [receivers(found), ...found.languages.map((each) => letter(each, mail))],
    said: (found) => choose(found.languages[0]?.subject ?? ""),
  };
});
