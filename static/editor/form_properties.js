// What is known of the row that is chosen: name, label, help, conditions, and all of its schema.
import { Exact } from "./exact.js";
import { h, icon, say, t } from "./dom.js";
import { get } from "./page.js";
import { store } from "./store.js";
import { feelField } from "./feel.js";
import { panel } from "./panel.js";
import { PALETTE, choicesOf, isMap, isRequired, kindOf, lastOf, placeOf, schemaOf } from "./form_schema.js";
import { accepts, changePlaced, containers, kindOfPart, partAt } from "./form_layout.js";
import { holderNames, isName, mentions, nameOf, renameField } from "./form_names.js";
import { labelOf, setLabel, textIn, withText } from "./form_texts.js";
import { moveTo, setRequired, titleOf } from "./form_verbs.js";
import { choicesEditor } from "./form_choices.js";
import { choice } from "./form_tree.js";

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
const CONDITIONS = ["visible", "required", "readonly", "default"];

let own = false;
/** A change that the pane itself makes: what is being typed in stays. */
const mine = (act) => {
  own = true;
  try {
    return act();
  } finally {
    own = false;
  }
};

const field = (label, control, hint) => {
  control.id ||= `fd-${Math.random().toString(36).slice(2)}`;
  return h("div", { class: "fd-f" }, h("label", { class: "form-label", for: control.id }, label), control, hint ? h("p", { class: "form-hint" }, hint) : null);
};

const input = (attributes) => h("input", { class: "form-control", autocomplete: "off", ...attributes });
const button = (name, sign, act, more = {}) => h("button", { type: "button", class: "btn btn-sm", onclick: act, ...more }, icon(sign, true), name);

const written = (value) => (value === undefined ? "" : value === null ? "null" : value instanceof Exact ? value.text : String(value));

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
    choice.choose(row.type === "inner" ? `${row.place.join("/")}#${now.slice(now.length - (row.key.split("#")[1].length - lastOf(old).length + name.length))}` : row.type === "left" ? `left/${now}` : row.key);
    say(t("form_design.renamed", { old, name: now }));
    tell(old, left);
  };

  /** Where a field is named besides. */
  const tell = async (path, left) => {
    const answer = await get(`${store.base}/design/around?field=${encodeURIComponent(path)}`);
    const uses = answer?.uses ?? [];
    if (!left.length && !uses.length) return;
    told = { path, left, uses };
    build();
  };

  const notice = () => {
    if (!told) return null;
    const { path, left, uses } = told;
    const lines = [
      ...left.map((each) => h("li", {}, h("span", { class: "mono small" }, each.place.join(".")), " ", h("code", {}, each.text))),
      ...uses.map((each) => h("li", {}, h("a", { href: `/definitions/${each.kind}/${encodeURIComponent(each.id)}/design` }, each.title), " ", h("span", { class: "mono small" }, each.path))),
    ];
    return h("div", { class: "ol-note warn fd-told", role: "status" }, icon("info", true),
      h("div", { class: "grow" }, h("p", {}, t("form_design.named", { name: path })), h("ul", {}, ...lines)),
      tool("form_design.close", "x", () => {
        told = undefined;
        build();
      }));
  };

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

  const condition = (row, key) => {
    const old = isMap(row.part) ? row.part[key] : undefined;
    const change = (text) =>
      mine(() => store.change((value) => changePlaced(value, row.place, (part) => {
        part[key] = text.trim() ? text : undefined;
      }), { merge: `${row.key}/${key}` }));
    const control = feelField({ value: written(old), onchange: change, label: t(`form_design.when.${key}`), path: [...row.place, key] });
    return h("div", { class: "fd-f", "data-condition": key }, h("span", { class: "form-label" }, t(`form_design.when.${key}`)), control);
  };

  const sectionCondition = (row) => {
    const change = (text) =>
      mine(() => store.change((value) => {
        const part = partAt(value, row.place);
        if (text.trim()) part.visible = text;
        else delete part.visible;
      }, { merge: `${row.key}/visible` }));
    const control = feelField({ value: written(row.part.visible), onchange: change, label: t("form_design.when.visible"), path: [...row.place, "visible"] });
    return h("div", { class: "fd-f", "data-condition": "visible" }, h("span", { class: "form-label" }, t("form_design.when.visible")), control);
  };

  const nameOfHome = (each) => (each.kind === "root" ? t("form_design.no_section") : titleOf(store.value, { type: kindOfPart(each.part), part: each.part }));

  const homeField = (row) => {
    const homes = containers(store.value).filter((each) => accepts(each, "field"));
    const now = row.place?.slice(0, -1).join("/");
    const options = homes.map((each) => h("option", { value: each.place.join("/"), selected: each.place.join("/") === now }, nameOfHome(each)));
    const select = h("select", { class: "form-select", id: "fd-home", onchange: () => {
      const home = homes.find((each) => each.place.join("/") === select.value);
      choice.choose(moveTo(row, { place: home.place, index: home.list.length }));
      say(t("form_design.moved"));
    } }, row.type === "left" ? h("option", { value: "", selected: true }, t("form_design.left_out")) : null, ...options);
    return field(t("form_design.section"), select);
  };

  const widthField = (row) => {
    const old = isMap(row.part) ? row.part.width : undefined;
    const options = ["", 3, 4, 6, 8, 12].map((each) => h("option", { value: each, selected: String(old ?? "") === String(each) }, each === "" ? t("form_design.width_auto") : t("form_design.width_of", { n: each })));
    if (old !== undefined && !["3", "4", "6", "8", "12"].includes(String(old))) options.push(h("option", { value: String(old), selected: true }, t("form_design.width_of", { n: String(old) })));
    const select = h("select", { class: "form-select", id: "fd-width", onchange: () =>
      mine(() => store.change((value) => changePlaced(value, row.place, (part) => {
        part.width = select.value === "" ? undefined : Number(select.value);
      }))) }, ...options);
    return field(t("form_design.width"), select);
  };

  const columnsField = (row) => {
    const select = h("select", { class: "form-select", id: "fd-columns", onchange: () => {
      const count = Number(select.value);
      if (!count) return;
      store.change((value) => {
        const list = partAt(value, row.place).fields;
        list.forEach((part, n) => {
          if (kindOfPart(part) === "field") changePlaced(value, [...row.place, "fields", n], (made) => {
            made.width = 12 / count;
          });
        });
      });
      say(t("form_design.columns_set", { count }));
    } }, h("option", { value: "" }, "–"), ...[1, 2, 3, 4].map((n) => h("option", { value: n }, t("form_design.columns_of", { count: n }))));
    return field(t("form_design.columns"), select);
  };

  /** Who may change the field, by the rules of the form. */
  const rights = (path) => {
    const rules = Array.isArray(store.value.edit) ? store.value.edit : [];
    const isIn = (rule) => isMap(rule) && [rule.fields].flat().some((each) => typeof each === "string" && (each === path || path.startsWith(`${each}.`)));
    const titled = (list) => (id) => list.find((each) => each.id === id)?.title ?? (id === "draft" ? t("form_design.draft") : id === "any" ? t("form_design.any_stage") : id);
    const said = (given, list) => [given].flat().map((each) => titled(list)(isMap(each) ? each.role : each)).join(", ");
    const lines = rules.filter(isIn).map((rule) => h("li", {}, h("span", { class: "fw" }, rule.by === undefined ? t("form_design.everybody") : said(rule.by, around.roles)), `: ${said(rule.in, around.stages)}`));
    if (!Array.isArray(store.value.edit)) lines.push(h("li", {}, t("form_design.edit_draft")));
    return h("div", { class: "fd-f" }, h("h3", {}, t("form_design.rights")), h("ul", { class: "small fd-rights" }, ...(lines.length ? lines : [h("li", {}, t("form_design.edit_nobody"))])));
  };

  const ofField = (row) => {
    const value = store.value;
    const schema = schemaOf(value, row.path);
    const kind = kindOf(schema);
    const where = placeOf(value, row.path);
    const computed = isMap(value.compute) && Object.hasOwn(value.compute, row.path);
    const only = (BY_KIND[kind] ?? []).concat(kind === "lookup" && schema.type === "object" ? [] : []);
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
        where ? helpField(row) : null,
        where && (choicesOf(schema) || choicesOf(isMap(schema.items) ? schema.items : {})) ? choicesEditor(row.path, language, main, mine) : null,
        row.type !== "inner" ? homeField(row) : null,
        placed ? widthField(row) : null,
        computed ? h("div", { class: "fd-f" }, h("span", { class: "form-label" }, t("form_design.computed")), feelField({
          value: written(value.compute[row.path]), label: t("form_design.computed"), path: ["compute", row.path],
          onchange: (text) => mine(() => store.set(["compute", row.path], text, { merge: `compute/${row.path}` })),
        })) : null,
        placed ? h("div", { class: "fd-f" }, h("h3", {}, t("form_design.conditions"))) : null,
        ...(placed ? CONDITIONS.map((key) => condition(row, key)) : []),
        rights(row.path),
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
    const again = id && document.getElementById(id);
    if (!again) return;
    again.focus({ preventScroll: true });
    if (caret && caret[0] !== null && "setSelectionRange" in again && again.type !== "checkbox") again.setSelectionRange(...caret);
  };

  let shown = "";
  store.addEventListener("changed", () => {
    // Fields of a panel follow by themselves.
    if (own || document.activeElement?.closest?.("ol-panel") && place.contains(document.activeElement)) return;
    build();
  });
  choice.addEventListener("chosen", () => {
    const key = choice.current?.key ?? "";
    if (key === shown && place.firstChild) return;
    if (key !== shown && told && shown) told = undefined;
    shown = key;
    build();
  });
  build();
  return {
    /** Puts the cursor where a row is named, or at one of its conditions. */
    focus: (name = "") => {
      const found = place.querySelector(`[data-condition="${CSS.escape(name)}"] .ol-feel-in`) ?? document.getElementById(name === "name" ? "fd-name" : "fd-label") ?? place.querySelector("input, select, textarea, button");
      found?.focus();
      if (found?.select) found.select();
    },
    tell,
  };
};
