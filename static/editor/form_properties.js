// What is known of the row that is chosen: name, label, help, conditions, and all of its schema.
import { h, icon, say, t } from "./dom.js";
import { store } from "./store.js";
import { panel } from "./panel.js";
import { PALETTE, choicesOf, isMap, isRequired, kindOf, lastOf, placeOf, schemaOf } from "./form_schema.js";
import { changePlaced, partAt } from "./form_layout.js";
import { holderNames, isName, mentions, nameOf, renameField } from "./form_names.js";
import { labelOf, setLabel, textIn, withText } from "./form_texts.js";
import { setRequired, titleOf } from "./form_verbs.js";
import { choicesEditor } from "./form_choices.js";
import { COMPUTED, CONDITIONS, computedField, condition, sectionCondition } from "./form_conditions.js";
import { field, input, isOwn, mine } from "./form_fields.js";
import { columnsField, homeField, widthField } from "./form_places.js";
import { namedBesides, rightsOf, whereNamed } from "./form_told.js";
import { choice } from "./form_tree.js";

// Milliseconds: rows that follow each other faster are passed, not looked at.
const STAY = 60;
const OWN = ["properties", "required", "items", "title", "description", "enum", "type"];
const BY_KIND = {
  text: ["minLength", "maxLength", "pattern", "format", "default"],
  area: ["minLength", "maxLength", "default"],
  number: ["minimum", "maximum", "exclusiveMinimum", "multipleOf", "default"],
  integer: ["minimum", "maximum", "default"],
  money: ["x-money", "minimum", "maximum", "default"],
  date: ["default"],
  moment: ["default"],
  choice: ["default"],
  choices: ["minItems", "maxItems"],
  boolean: ["default"],
  lookup: ["x-collection", "maxLength"],
  items: ["minItems", "maxItems"],
  attachments: ["minItems", "maxItems"],
};

/** A field about a person, whose values the audit keeps sealed. */
const personal = (value, path, on) => {
  const known = Array.isArray(value.personal) ? value.personal : [];
  const made = on ? [...known, path] : known.filter((each) => each !== path);
  if (made.length) value.personal = made;
  else delete value.personal;
};

/** The key of a row whose field is called otherwise. */
const keyOf = (row, old, now) => {
  if (row.type === "left") return `left/${now}`;
  if (row.type !== "inner") return row.key;
  const [place, name] = row.key.split("#");
  return `${place}#${now.slice(old.length - name.length)}`;
};

/** The pane; `verbs`: what its buttons do. `around`: the bundle. */
export const properties = (place, verbs, around) => {
  const main = around.languages[0];
  const language = around.languages.includes(document.documentElement.lang) ? document.documentElement.lang : main;
  let told;

  const head = (title, kind, rows) =>
    h("div", { class: "card-header" }, h("h2", {}, title), kind ? h("span", { class: "muted small" }, kind) : null,
      h("span", { class: "end" }, ...rows));

  const tool = (word, sign, act) => h("button", { type: "button", class: "ol-ib xs", "aria-label": t(word), title: t(word), onclick: act }, icon(sign, true));

  const nameField = (row) => {
    const wrong = h("p", { class: "ol-err", id: "fd-name-e", hidden: true });
    const box = input({
      id: "fd-name", class: "form-control mono", ".value": lastOf(row.path), spellcheck: "false", "aria-describedby": "fd-name-e",
      onchange: () => rename(row, box, wrong),
    });
    return h("div", { class: "fd-f" }, h("label", { class: "form-label", for: "fd-name" }, t("form_design.name")), box, wrong);
  };

  const rename = (row, box, wrong) => {
    const name = box.value.trim();
    if (name === lastOf(row.path)) return;
    const refused = !isName(name) ? "bad_name" : holderNames(store.value, row.path).includes(name) ? "taken" : "";
    wrong.hidden = !refused;
    wrong.textContent = refused ? t(`form_design.${refused}`, { name }) : "";
    box.classList.toggle("is-invalid", Boolean(refused));
    if (!refused) renamed(row, name);
  };

  /** Renames, and tells who names the field and was not changed. */
  const renamed = (row, name) => {
    const old = row.path;
    const left = mentions(store.value, old);
    let now;
    store.change((value) => {
      now = renameField(value, old, name);
    });
    choice.choose(keyOf(row, old, now));
    say(t("form_design.renamed", { old, name: now }));
    tell(old, left);
  };

  /** Tells where a field is named besides, if it is. */
  const tell = async (path, left) => {
    told = await namedBesides(path, left);
    if (told) build();
  };

  const notice = () =>
    told && whereNamed(told, tool("form_design.close", "x", () => {
      told = undefined;
      build();
    }));

  const labelField = (row) => {
    const before = labelOf(store.value, row.path);
    const fresh = before === undefined && new RegExp(`^(${Object.keys(PALETTE).join("|")})(_\\d+)?$`).test(lastOf(row.path));
    const box = input({
      id: "fd-label", ".value": textIn(before, language, main), placeholder: titleOf(store.value, row), lang: language,
      oninput: () => mine(() => store.change((value) => setLabel(value, row.path, language, box.value, main), { merge: `label/${row.path}` })),
      // A new field is named by its label.
      onchange: () => {
        const name = nameOf(box.value);
        if (fresh && name && isName(name) && !holderNames(store.value, row.path).includes(name)) renamed(row, name);
      },
    });
    return field(t("form_design.label"), box);
  };

  const helpField = (row) => {
    const schema = schemaOf(store.value, row.path);
    const placed = row.type === "field";
    const isHint = placed && (isMap(row.part) ? row.part.hint !== undefined : false);
    const old = isHint || (placed && schema.description === undefined) ? (isMap(row.part) ? row.part.hint : undefined) : schema.description;
    const box = input({
      id: "fd-help", ".value": textIn(old, language, main),
      oninput: () => mine(() => store.change((value) => help(value, row, box.value), { merge: `help/${row.key}` })),
    });
    return field(t("form_design.help"), box);
  };

  const help = (value, row, text) => {
    const schema = schemaOf(value, row.path);
    const part = row.type === "field" ? partAt(value, row.place) : undefined;
    if (part === undefined || (schema.description !== undefined && !(isMap(part) && part.hint !== undefined))) {
      if (text) schema.description = text;
      else delete schema.description;
      return;
    }
    changePlaced(value, row.place, (made) => {
      made.hint = withText(made.hint, language, text, main);
    });
  };

  const check = (word, on, act) => {
    const box = h("input", { type: "checkbox", class: "form-check-input", id: `fd-${word}`, ".checked": on, onchange: () => act(box.checked) });
    return h("label", { class: "form-check", for: box.id }, box, h("span", { class: "form-check-label" }, t(`form_design.${word}`)));
  };

  const ofField = (row) => {
    const value = store.value;
    const schema = schemaOf(value, row.path);
    const kind = kindOf(schema);
    const where = placeOf(value, row.path);
    const only = BY_KIND[kind] ?? [];
    const placed = row.type === "field";
    return [
      head(titleOf(value, row), t(`form_design.kind.${kind}`), [
        placed ? tool("form_design.hide", "minus", verbs.hide) : null,
        placed ? tool("form_design.duplicate", "copy", verbs.duplicate) : null,
        tool("form_design.remove", "trash", verbs.remove),
      ].filter(Boolean)),
      h("div", { class: "card-body fd-props" },
        notice(),
        where ? labelField(row) : null,
        where ? nameField(row) : h("p", { class: "ol-note warn" }, t("form_design.elsewhere", { name: row.path })),
        where ? check("required", isRequired(value, row.path), (on) => setRequired(row.path, on)) : null,
        where ? check("personal", Array.isArray(value.personal) && value.personal.includes(row.path), (on) => store.change((whole) => personal(whole, row.path, on))) : null,
        where ? helpField(row) : null,
        where && (choicesOf(schema) || choicesOf(isMap(schema.items) ? schema.items : {})) ? choicesEditor(row.path, language, main) : null,
        row.type !== "inner" ? homeField(row) : null,
        placed ? widthField(row) : null,
        placed ? h("div", { class: "fd-f" }, h("h3", {}, t("form_design.conditions"))) : null,
        ...(placed ? CONDITIONS.map((key) => condition(row, key)) : []),
        where && COMPUTED.includes(kind) ? computedField(row.path) : null,
        rightsOf(row.path, around),
        where && only.length ? panel(where, { only, title: t("form_design.values") }) : null,
        where ? h("details", { class: "ol-pf-fold" }, h("summary", {}, t("form_design.all_schema")), h("div", { class: "ol-pf-in" }, panel(where, { skip: [...OWN.filter((key) => key !== "type"), ...only] }))) : null,
        placed && isMap(row.part) ? h("details", { class: "ol-pf-fold" }, h("summary", {}, t("form_design.all_layout")), h("div", { class: "ol-pf-in" }, panel(row.place, { skip: ["field", "hint", "width", ...CONDITIONS] }))) : null),
    ];
  };

  const ofSection = (row) => {
    const key = row.type;
    const box = input({
      id: "fd-label", ".value": textIn(row.part[key], language, main), lang: language,
      oninput: () => mine(() => store.change((value) => {
        const part = partAt(value, row.place);
        part[key] = withText(part[key], language, box.value, main) ?? "";
      }, { merge: `${row.key}/${key}` })),
    });
    return [
      head(titleOf(store.value, row), t(`form_design.kind.${key}`), [tool("form_design.duplicate", "copy", verbs.duplicate), tool("form_design.remove", "trash", verbs.remove)]),
      h("div", { class: "card-body fd-props" }, notice(), field(t("form_design.heading"), box), columnsField(row), sectionCondition(row)),
    ];
  };

  const ofForm = () => [
    head(t("form_design.whole"), "", []),
    h("div", { class: "card-body fd-props" }, notice(), h("p", { class: "muted small" }, t("form_design.choose_row")), panel([], { only: ["title", "edit", "compute", "personal"] })),
  ];

  const ofOther = (row) => [
    head(titleOf(store.value, row), "", [tool("form_design.remove", "trash", verbs.remove)]),
    h("div", { class: "card-body fd-props" }, row.type === "tabs" ? h("p", { class: "muted" }, t("form_design.tabs_hint")) : panel(row.place)),
  ];

  const build = () => {
    const active = document.activeElement;
    const id = place.contains(active) ? active.id : "";
    const caret = id && "selectionStart" in active ? [active.selectionStart, active.selectionEnd] : undefined;
    const row = choice.current;
    const parts = !row ? ofForm() : row.path !== undefined ? ofField(row) : row.type === "section" || row.type === "tab" ? ofSection(row) : ofOther(row);
    place.replaceChildren(...parts);
    if (!store.mayWrite) place.querySelectorAll("input, select, textarea, button").forEach((each) => each.setAttribute("disabled", ""));
    const again = id && document.getElementById(id);
    if (!again) return;
    again.focus({ preventScroll: true });
    if (caret && caret[0] !== null && "setSelectionRange" in again && again.type !== "checkbox") again.setSelectionRange(...caret);
  };

  let shown = "";
  let waiting = false;
  let timer = 0;
  let chosenAt = -Infinity;
  const arrive = () => {
    if (!waiting) return;
    waiting = false;
    place.removeAttribute("aria-busy");
    build();
  };
  // Whoever comes here finds the row that is chosen, however quickly.
  place.addEventListener("focusin", arrive);
  store.addEventListener("changed", () => {
    // Fields of a panel follow by themselves.
    if (isOwn() || document.activeElement?.closest?.("ol-panel") && place.contains(document.activeElement)) return;
    build();
  });
  choice.addEventListener("chosen", () => {
    const key = choice.current?.key ?? "";
    if (key === shown && place.firstChild) return;
    if (key !== shown && told && shown) told = undefined;
    shown = key;
    // Whoever runs down the tree by keys is not held up by what is known of rows that they leave at once.
    const last = chosenAt;
    chosenAt = performance.now();
    waiting = true;
    clearTimeout(timer);
    if (choice.passing && chosenAt - last < STAY) {
      place.setAttribute("aria-busy", "true");
      timer = setTimeout(arrive, STAY);
    } else arrive();
  });
  build();
  return {
    /** Puts the cursor where a row is named, or at one of its conditions. */
    focus: (name = "") => {
      arrive();
      const found = place.querySelector(`[data-condition="${CSS.escape(name)}"] .ol-feel-in`) ?? document.getElementById(name === "name" ? "fd-name" : "fd-label") ?? place.querySelector("input, select, textarea, button");
      found?.focus();
      if (found?.select) found.select();
    },
    tell,
  };
};
