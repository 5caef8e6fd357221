// The roles of a bundle as rows: title, who names it, another id everywhere, one less.
import { choose, h, icon, say, t } from "./dom.js";
import { stringify } from "./exact.js";
import { data, get, post } from "./page.js";
import { panel } from "./panel.js";
import { told } from "./panel_entries.js";
import { ID, idOf, keysOf, rowTools, rowsView } from "./bundle_rows.js";
import { store } from "./store.js";

const PATH = `${data.base}/design/roles`;
let uses = {};

/** Asks who names which role: of what is saved, so again after a save. */
const ask = async (then) => {
  uses = (await get(PATH)) ?? uses;
  then();
};

const placesOf = (id) => (uses[id] ?? []).reduce((sum, each) => sum + each.places, 0);
const titleOf = (id) => choose(store.value.roles?.[id]) || id;

export const rolesView = () => {
  const rows = rowsView({ key: "roles", row: (id) => roleRow(id, () => rows), adding: addRole(() => rows), none: t("bundle_design.no_roles") });
  ask(rows.again);
  store.addEventListener("saved", () => ask(rows.again));
  return rows;
};

const roleRow = (id, rows) => {
  const titles = panel(["roles", id], { label: t("bundle_design.role_title", { id }) });
  const where = h("details", { class: "ol-bd-uses" }, h("summary"), h("ul", { class: "ol-bare" }));
  const asked = h("div", { class: "ol-bd-ask", hidden: true });
  const rename = h("button", { type: "button", class: "ol-link small", "data-at": `roles.${id}`, "data-part": "rename", disabled: !store.mayWrite, onclick: () => renaming(id, asked, rename) }, t("bundle_design.rename"), h("span", { class: "vh" }, `: ${id}`));
  const take = () => {
    const n = keysOf("roles").indexOf(id);
    const gone = () => {
      store.change((whole) => {
        delete whole.roles[id];
      });
      rows().focusAfter(n);
      told("panel.removed", { name: titleOf(id) });
    };
    if (placesOf(id) || holders(id).length) removing(id, asked, gone);
    else gone();
  };
  const show = () => {
    const there = uses[id] ?? [];
    const people = holders(id);
    where.hidden = there.length === 0 && people.length === 0;
    where.firstElementChild.textContent = t("bundle_design.named", { places: placesOf(id), people: people.length });
    where.lastElementChild.replaceChildren(
      ...there.map((each) => h("li", {}, h("a", { class: "ol-bd-a", href: each.href }, `${each.kind} ${each.title}`), h("span", { class: "muted small" }, ` ${placesWords(each)}`))),
      ...(people.length ? [h("li", {}, t("bundle_design.held_by", { people: people.join(", ") }))] : []),
    );
  };
  const head = h("div", { class: "ol-bd-head" }, h("span", { class: "mono fw ol-long" }, id), rename, h("span", { class: "ol-bd-tools" }, ...rowTools("roles", id, take)));
  return {
    element: h("li", { class: "ol-bd-row", "data-row": `roles.${id}` }, head, titles, where, asked),
    show,
    reveal: (path) => titles.show(["roles", id, ...path]),
  };
};

const placesWords = (each) => [t("bundle_design.places", { count: each.places }), each.written ? t("bundle_design.written", { count: each.written }) : ""].filter(Boolean).join(", ");
const holders = (id) => Object.entries(store.value.cast ?? {}).filter(([, one]) => [one?.roles ?? []].flat().includes(id)).map(([login, one]) => one?.name ?? login);

const closed = (asked, back) => {
  asked.hidden = true;
  asked.replaceChildren();
  back?.focus();
};

/** Says who names it before it is gone; the finding afterwards says it as well. */
const removing = (id, asked, gone) => {
  const back = document.activeElement;
  const yes = h("button", { type: "button", class: "btn btn-sm btn-danger-x", "data-part": "sure", onclick: gone }, t("bundle_design.remove"));
  const no = h("button", { type: "button", class: "btn btn-sm", onclick: () => closed(asked, back) }, t("bundle_design.keep"));
  asked.replaceChildren(h("p", {}, t("bundle_design.remove_text", { role: titleOf(id), places: placesOf(id), people: holders(id).length })), h("div", { class: "ol-acts" }, yes, no));
  asked.hidden = false;
  yes.focus();
};

const renaming = (id, asked, back) => {
  const input = h("input", { class: "form-control mono", ".value": id, "aria-label": t("bundle_design.new_id", { id }), autocomplete: "off", spellcheck: "false", "data-part": "to", onkeydown: (event) => keyed(event) });
  const wrong = h("p", { class: "ol-err", hidden: true });
  const act = async () => {
    const to = input.value.trim();
    const why = to === id ? "" : !ID.test(to) ? t("bundle_design.no_id") : keysOf("roles").includes(to) ? t("panel.there", { name: to }) : "";
    wrong.hidden = !why;
    wrong.textContent = why;
    if (why || to === id) return why ? input.focus() : closed(asked, back);
    yes.disabled = true;
    const { status, body } = await post(PATH, { value: stringify(store.value), role: id, to, tag: store.tag }).catch(() => ({ status: 0, body: {} }));
    yes.disabled = false;
    if (status !== 200) {
      store.refuse(body, status);
      return say(store.refused);
    }
    store.taken(body);
    document.querySelector(`[data-at="roles.${CSS.escape(to)}"][data-part="rename"]`)?.focus();
    return say(t("bundle_design.renamed", { role: id, to, count: body.changed }));
  };
  const keyed = (event) => {
    if (event.key === "Enter") {
      event.preventDefault();
      act();
    } else if (event.key === "Escape") closed(asked, back);
  };
  const yes = h("button", { type: "button", class: "btn btn-sm btn-primary", "data-part": "do", onclick: act }, t("bundle_design.rename"));
  const no = h("button", { type: "button", class: "btn btn-sm", onclick: () => closed(asked, back) }, t("bundle_design.cancel"));
  const written = (uses[id] ?? []).filter((each) => each.written);
  asked.replaceChildren(
    h("p", {}, t("bundle_design.rename_text", { count: (uses[id] ?? []).length })),
    ...(written.length ? [h("p", { class: "muted" }, t("bundle_design.not_renamed", { what: written.map((each) => `${each.kind} ${each.title}`).join(", ") }))] : []),
    h("div", { class: "ol-bd-line" }, input, yes, no), wrong,
  );
  asked.hidden = false;
  input.focus();
  input.select();
};

const addRole = (rows) => {
  const title = h("input", { class: "form-control", id: "bundle-role-title", maxlength: "200", autocomplete: "off", "data-at": "roles", "data-part": "new", oninput: () => { if (!own) id.value = idOf(title.value); }, onkeydown: (event) => enter(event) });
  const id = h("input", { class: "form-control mono", id: "bundle-role-id", maxlength: "60", autocomplete: "off", spellcheck: "false", oninput: () => { own = id.value !== ""; }, onkeydown: (event) => enter(event) });
  const wrong = h("p", { class: "ol-err", role: "alert", hidden: true });
  let own = false;
  const add = () => {
    const name = id.value.trim() || idOf(title.value);
    const why = !ID.test(name) ? t("bundle_design.no_id") : keysOf("roles").includes(name) ? t("panel.there", { name }) : "";
    wrong.hidden = !why;
    wrong.textContent = why;
    if (why) return id.focus();
    store.set(["roles", name], title.value.trim() || name);
    title.value = "";
    id.value = "";
    own = false;
    rows().show(["roles", name]);
    return told("panel.added", { name });
  };
  const enter = (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    add();
  };
  return h(
    "div", { class: "ol-bd-add", hidden: !store.mayWrite },
    h("div", {}, h("label", { class: "form-label", for: "bundle-role-title" }, t("bundle_design.new_role")), title),
    h("div", {}, h("label", { class: "form-label", for: "bundle-role-id" }, t("start.id")), id),
    h("button", { type: "button", class: "btn", onclick: add }, icon("plus"), t("panel.add")), wrong,
  );
};
