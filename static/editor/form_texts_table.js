// The table of all texts by language.
import { h, t } from "./dom.js";
import { store } from "./store.js";
import { missingIn, textIn, textsOf, typeText } from "./form_texts.js";

const nameOf = (language) => {
  try {
    return new Intl.DisplayNames([document.documentElement.lang], { type: "language" }).of(language) ?? language;
  } catch {
    return language;
  }
};

/** Fills `place` with the table; the first of `languages` is the fallback. */
export const textsTable = (place, languages) => {
  const main = languages[0];
  let only = false;
  let typing = false;
  let lines = [];
  const body = h("tbody");
  const told = h("p", { class: "muted small", role: "status", id: "texts-count" });
  const filter = h("input", { type: "checkbox", class: "form-check-input", id: "texts-missing", onchange: (event) => {
    only = event.target.checked;
    build();
  } });

  const cell = (entry, language) => {
    const label = t("form_design.text_in", { name: titleOf(entry), language: nameOf(language) });
    const input = h("input", {
      class: "form-control",
      lang: language,
      "aria-label": label,
      "data-path": `${entry.key}/${language}`,
      oninput: (event) => {
        typing = true;
        typeText(entry, language, event.target.value, main);
        typing = false;
        look();
      },
    });
    return h("td", { "data-label": nameOf(language) }, input);
  };

  const titleOf = (entry) => [t(`form_design.about.${entry.about}`), entry.name].filter(Boolean).join(" ");

  const line = (entry) => {
    const cells = languages.map((language) => cell(entry, language));
    const row = h("tr", {}, h("th", { scope: "row" }, h("span", { class: "muted small" }, t(`form_design.about.${entry.about}`)), " ", h("span", { class: "mono" }, entry.name)), ...cells);
    return { entry, row, inputs: cells.map((each) => each.firstChild) };
  };

  /** Brings the fields up to date without touching the one that is being typed in. */
  const look = () => {
    let missing = 0;
    for (const { entry, row, inputs } of lines) {
      const text = entry.read(store.value);
      const left = missingIn(text, languages, main);
      missing += left.length;
      row.classList.toggle("lacks", left.length > 0);
      inputs.forEach((input, n) => {
        const now = textIn(text, languages[n], main);
        if (input.value !== now && !(typing && input === document.activeElement)) input.value = now;
        input.toggleAttribute("data-missing", left.includes(languages[n]));
        input.placeholder = left.includes(languages[n]) ? t("form_design.missing") : "";
      });
    }
    told.textContent = missing ? t("form_design.missing_count", { count: missing }) : t("form_design.none_missing");
  };

  const build = () => {
    const found = textsOf(store.value);
    const focused = document.activeElement?.dataset?.path;
    lines = found.filter((each) => !only || missingIn(each.read(store.value), languages, main).length).map(line);
    body.replaceChildren(...lines.map((each) => each.row));
    look();
    if (focused && place.contains(body)) body.querySelector(`[data-path="${CSS.escape(focused)}"]`)?.focus();
  };

  let keys = "";
  const changed = () => {
    if (typing || place.hidden) return;
    const now = textsOf(store.value).map((each) => each.key).join("\n");
    if (now === keys) look();
    else build();
    keys = now;
  };
  store.addEventListener("changed", changed);
  place.replaceChildren(
    h("div", { class: "card-header" },
      h("h2", { id: "h-texts" }, t("form_design.texts")), told,
      h("label", { class: "form-check end", for: "texts-missing" }, filter, h("span", { class: "form-check-label" }, t("form_design.only_missing")))),
    h("div", { class: "ol-x", tabindex: "0", role: "group", "aria-labelledby": "h-texts" },
      h("table", { class: "ol-tbl fd-texts" },
        h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("form_design.text_of")), ...languages.map((each) => h("th", { scope: "col" }, nameOf(each), each === main ? [" ", h("span", { class: "muted small" }, t("form_design.main"))] : [])))),
        body)));
  const show = () => {
    keys = "";
    changed();
  };
  return { show };
};
