// The designer of forms: what it can hold, how it is laid out, what is known of each field, and the
// form as people see it.
import { h, icon, say, t } from "./dom.js";
import { data, get } from "./page.js";
import { store } from "./store.js";
import { PALETTE, listAround } from "./form_schema.js";
import { mentions } from "./form_names.js";
import { preview } from "./form_preview.js";
import { properties } from "./form_properties.js";
import { textsTable } from "./form_texts_table.js";
import { choice, rowOfFinding, tree } from "./form_tree.js";
import { add, duplicate, group, hide, moveBy, moveTo, remove, titleOf } from "./form_verbs.js";

const NONE = { languages: ["en", "pl", "sk"], roles: [], stages: [], collections: [] };
const PARTS = { section: "square", tabs: "form", tab: "file" };

const begin = async (place) => {
  const around = { ...NONE, ...(await get(`${data.base}/design/around`).catch(() => undefined)) };
  const by = (name) => place.querySelector(`[data-pane="${name}"]`);
  const title = (row) => titleOf(store.value, row);

  const chosen = (key, said) => {
    if (key === undefined) return false;
    choice.choose(key);
    say(said);
    return true;
  };

  // ── verbs ──────────────────────────────────────────────────────────────────────────────────
  const verbs = {
    add: (kind, to) => {
      const key = add(kind, { row: choice.current, to, collection: around.collections[0]?.id });
      if (chosen(key, t("form_design.added", { kind: t(`form_design.kind.${kind}`) }))) pane.focus();
    },
    move: (down) => {
      const row = choice.current;
      if (!row) return;
      const done = chosen(moveBy(row, down), t("form_design.moved"));
      if (!done) say(t("form_design.no_further"));
      lines.focus();
    },
    remove: () => {
      const rows = choice.chosen;
      if (!rows.length) return;
      const [first] = rows;
      const index = choice.rows.indexOf(first);
      const said = t("form_design.removed", { name: rows.map(title).join(", ") });
      const left = rows.length === 1 && first.path !== undefined ? mentions(store.value, first.path) : [];
      remove(rows);
      const next = choice.rows[Math.min(index, choice.rows.length - 1)];
      choice.choose(next?.key);
      say(said);
      lines.focus();
      if (rows.length === 1 && first.path !== undefined) pane.tell(first.path, left);
    },
    hide: () => {
      const rows = choice.chosen.filter((row) => row.type === "field");
      if (!rows.length) return;
      hide(rows);
      choice.choose(`left/${rows[0].path}`);
      say(t("form_design.hidden"));
      lines.focus();
    },
    duplicate: () => {
      if (choice.current) chosen(duplicate(choice.current), t("form_design.duplicated"));
      lines.focus();
    },
    group: () => {
      if (chosen(group(choice.chosen), t("form_design.grouped"))) pane.focus();
    },
  };

  // ── panes ──────────────────────────────────────────────────────────────────────────────────
  const KEYS = { Delete: verbs.remove, F2: () => pane.focus("name"), Enter: () => pane.focus(), Insert: () => by("palette").querySelector("button")?.focus() };
  const key = (event, row) => {
    const control = event.ctrlKey || event.metaKey;
    if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) verbs.move(event.key === "ArrowDown");
    else if (control && event.key.toLowerCase() === "d") verbs.duplicate();
    else if (control && event.key.toLowerCase() === "g") verbs.group();
    else if (event.key === " " && row) choice.choose(row.key, { more: control });
    else if (event.key === "Escape") choice.choose(undefined);
    else if (!control && !event.altKey && KEYS[event.key]) KEYS[event.key]();
    else return false;
    return true;
  };

  const drop = (given, to) => {
    if (given.kind) verbs.add(given.kind, to);
    else if (chosen(moveTo(given.row, to), t("form_design.moved"))) lines.focus();
  };

  const mayWrite = data.mayWrite;
  const lines = tree(by("tree"), { drop, key: (event, row) => mayWrite && key(event, row) });
  const pane = properties(by("properties"), verbs, around);

  const chip = (kind, sign) =>
    h("button", {
      type: "button", class: "fd-chip", draggable: "true", "data-kind": kind, title: t(`form_design.about_kind.${kind}`),
      onclick: () => verbs.add(kind),
      ondragstart: (event) => {
        lines.carry(kind);
        event.dataTransfer.setData("text/plain", t(`form_design.kind.${kind}`));
        event.dataTransfer.effectAllowed = "copyMove";
      },
    }, icon(sign, true), h("span", {}, t(`form_design.kind.${kind}`)));
  const chips = [...Object.entries(PALETTE).map(([kind, { icon: sign }]) => chip(kind, sign)), ...Object.entries(PARTS).map(([kind, sign]) => chip(kind, sign))];
  by("palette").replaceChildren(...chips);

  const tools = [
    ["form", "form_design.whole", () => choice.choose(undefined)],
    ["up", "form_design.up", () => verbs.move(false)],
    ["down", "form_design.down", () => verbs.move(true)],
    ["square", "form_design.group", verbs.group],
    ["copy", "form_design.duplicate", verbs.duplicate],
    ["minus", "form_design.hide", verbs.hide],
    ["trash", "form_design.remove", verbs.remove],
  ].map(([sign, word, act]) => h("button", { type: "button", class: "ol-ib xs", "aria-label": t(word), title: t(word === "form_design.whole" ? word : `${word}_key`), onclick: act }, icon(sign, true)));
  by("tools").replaceChildren(...tools);

  const enable = () => {
    const row = choice.current;
    const place_ = Boolean(row?.place) && row.type !== "inner";
    const can = [row, row?.place, row?.place, row?.type === "field", place_ && row.type !== "unknown", row?.type === "field", row];
    tools.forEach((each, n) => {
      each.disabled = !can[n] || (!mayWrite && n > 0);
    });
    const inTabs = row?.place && row.type !== "inner" && row.place.includes("tabs") || row?.type === "tabs";
    chips.forEach((each) => {
      const kind = each.dataset.kind;
      each.disabled = !mayWrite || (kind === "tab" && !inTabs) || (kind === "lookup" && !around.collections.length);
    });
    const column = row?.type === "inner" && listAround(store.value, row.path);
    by("where").textContent = !row ? t("form_design.add_at_end") : column ? t("form_design.add_column", { name: title(row) }) : t("form_design.add_after", { name: title(row) });
  };
  choice.addEventListener("chosen", enable);
  store.addEventListener("changed", enable);
  enable();

  // ── preview and texts ──────────────────────────────────────────────────────────────────────
  preview(by("preview"), around, (path) => {
    const row = choice.rows.find((each) => each.path === path) ?? choice.rows.find((each) => path.startsWith(`${each.path}.`));
    if (row) choice.choose(row.key);
  });
  const table = textsTable(by("texts"), around.languages);
  const views = [...place.querySelectorAll("[data-view]")];
  const show = (name) => {
    views.forEach((each) => each.setAttribute("aria-pressed", String(each.dataset.view === name)));
    by("form").hidden = name !== "form";
    by("texts").hidden = name !== "texts";
    if (name === "texts") table.show();
  };
  views.forEach((each) => each.addEventListener("click", () => show(each.dataset.view)));
  show("form");

  document.addEventListener("design:show", (event) => {
    show("form");
    const path = String(event.detail?.path ?? "");
    const found = rowOfFinding(path);
    choice.choose(found);
    pane.focus(path.split(".").at(-1));
  });
  place.setAttribute("data-ready", "");
};

const place = document.getElementById("form-design");
if (place) begin(place);
