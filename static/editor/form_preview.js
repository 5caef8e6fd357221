// The form as people would see it, drawn by the server with the very templates of the pages; what
// is typed into it are samples, which nobody keeps.
import { stringify } from "./exact.js";
import { h, t } from "./dom.js";
import { post } from "./page.js";
import { store } from "./store.js";

const AFTER = 450;
const PREFIX = "preview.";

const option = (value, text, selected = false) => h("option", { value, selected }, text);

/** Keeps `place` up to date; `around`: the bundle; `pick(path)`: a field was clicked. */
export const preview = (place, around, pick) => {
  let data = "";
  let asked = 0;
  let timer = 0;
  const paper = h("div", { class: "fd-paper", id: "fd-paper", role: "group", tabindex: "0", "aria-label": t("form_design.preview"), "aria-busy": "true" });
  const pane = (id, word, options) => h("select", { class: "form-select", id, "aria-label": t(word), title: t(word), onchange: () => ask() }, ...options);
  const own = document.documentElement.lang;
  const language = pane("fd-language", "form_design.in_language", ["en", "pl", "sk"].map((each) => option(each, each.toUpperCase(), each === own)));
  const role = pane("fd-role", "form_design.as_role", [option("", t("form_design.everybody")), ...around.roles.map((each) => option(each.id, each.title))]);
  const stage = pane("fd-stage", "form_design.in_stage", [
    option("", t("form_design.draft")),
    ...around.stages.map((each) => option([...each.around, each.id].join(" "), `${" ".repeat(2 * each.around.length)}${each.title}`)),
  ]);
  const every = h("input", { type: "checkbox", class: "form-check-input", id: "fd-every", onchange: () => ask() });

  /** What stands in the controls, as a page would send it. */
  const typed = () => {
    const found = {};
    for (const each of paper.querySelectorAll("input[name], select[name], textarea[name]")) {
      if (each.type === "file" || ((each.type === "checkbox" || each.type === "radio") && !each.checked)) continue;
      found[each.name] = each.value;
    }
    return found;
  };

  const ask = async (more = {}) => {
    clearTimeout(timer);
    const mine = ++asked;
    paper.setAttribute("aria-busy", "true");
    const fields = { ...(more.filled || more.empty ? {} : typed()), value: stringify(store.value), language: language.value, roles: role.value, stages: stage.value, every: every.checked ? "1" : "", data: more.empty ? "" : data, ...more };
    const { status, body } = await post(`${store.base}/design/preview`, fields).catch(() => ({ status: 0, body: {} }));
    if (mine !== asked) return;
    paper.setAttribute("aria-busy", "false");
    if (status === 200) {
      data = stringify(body.data);
      draw(body.html);
    } else {
      paper.replaceChildren(h("p", { class: "ol-note bad" }, body.refused ?? body.detail ?? body.title ?? t("form_design.no_answer")));
    }
  };

  /** Takes the server's markup, which says nothing but text of the definition, without its scripts. */
  const draw = (html) => {
    const active = document.activeElement;
    const id = paper.contains(active) ? active.id : "";
    const open = [...paper.querySelectorAll("details[open] textarea")].map((each) => each.id);
    const page = new DOMParser().parseFromString(html, "text/html");
    page.querySelectorAll("script, style, link, iframe").forEach((each) => each.remove());
    // Nothing leaves this page: files are not sent, links lead nowhere else.
    page.querySelectorAll('input[type="file"], canvas, [data-clear]').forEach((each) => each.setAttribute("disabled", ""));
    page.querySelectorAll("[data-lookup]").forEach((each) => each.removeAttribute("data-lookup"));
    paper.replaceChildren(...page.body.childNodes);
    tabs();
    open.forEach((each) => document.getElementById(each)?.closest("details")?.setAttribute("open", ""));
    document.getElementById(id)?.focus({ preventScroll: true });
  };

  let tab = 0;
  /** Sections that are tabs, as the pages show them. */
  const tabs = () => {
    const groups = Map.groupBy(paper.querySelectorAll("section[data-tab]"), (each) => each.dataset.tab);
    for (const panels of groups.values()) {
      const buttons = panels.map((panel, n) => h("button", { type: "button", role: "tab", id: `${panel.id}-t`, "aria-controls": panel.id, onclick: () => choose(n) }, panel.querySelector("h2, h3")?.firstChild?.textContent.trim() || String(n + 1)));
      const choose = (chosen) => {
        tab = chosen;
        panels.forEach((panel, n) => {
          panel.hidden = n !== chosen;
          buttons[n].setAttribute("aria-selected", String(n === chosen));
          buttons[n].tabIndex = n === chosen ? 0 : -1;
        });
      };
      const list = h("div", { class: "ol-ftabs", role: "tablist", "aria-label": t("form_design.kind.tabs"), onkeydown: (event) => {
        const go = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (!go) return;
        choose((tab + go + panels.length) % panels.length);
        buttons[tab].focus();
      } }, ...buttons);
      panels[0].before(list);
      panels.forEach((panel) => panel.setAttribute("role", "tabpanel"));
      choose(Math.min(tab, panels.length - 1));
    }
  };

  paper.addEventListener("change", (event) => {
    event.stopPropagation();
    if (event.target.type !== "file") ask();
  });
  paper.addEventListener("submit", (event) => event.preventDefault());
  paper.addEventListener("click", (event) => {
    const pressed = event.target.closest("button[name]");
    const link = event.target.closest("a[href]");
    if (link && !link.getAttribute("href").startsWith("#")) event.preventDefault();
    if (pressed) {
      event.preventDefault();
      ask({ [pressed.name]: pressed.value });
      return;
    }
    const named = event.target.closest("[id^='f-preview-'], .frm > div, td[data-label]")?.querySelector?.("[name]") ?? event.target.closest("[name]");
    const name = named?.name ?? named?.getAttribute?.("name");
    if (name?.startsWith(PREFIX) && !event.target.closest("input, select, textarea, summary, button")) pick(name.slice(PREFIX.length).split(".").filter((each) => !/^\d+$/.test(each) && !each.startsWith("_")).join("."));
  });
  store.addEventListener("changed", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, AFTER);
  });

  const act = (word, more) => h("button", { type: "button", class: "btn btn-sm", onclick: () => ask(more) }, t(word));
  place.replaceChildren(
    h("div", { class: "card-header fd-bar" },
      h("h2", {}, t("form_design.preview")),
      h("div", { class: "end wrap fd-looks" }, language, role, stage)),
    h("div", { class: "fd-bar2" },
      h("label", { class: "form-check", for: "fd-every" }, every, h("span", { class: "form-check-label" }, t("form_design.every"))),
      h("span", { class: "end row-x wrap" }, act("form_design.example", { filled: "1" }), act("form_design.empty", { empty: "1" }))),
    paper);
  ask();
  return { ask };
};
