// The people to play with as rows: name, roles, manager, and what else is said of them.
import { choose, h, icon, t } from "./dom.js";
import { panel } from "./panel.js";
import { told } from "./panel_entries.js";
import { ID, findings, idOf, keysOf, rowTools, rowsView } from "./bundle_rows.js";
import { store } from "./store.js";

// Roles that every installation has.
const SPECIAL = ["auditor", "administrator"];
const FIRST = ["name", "roles", "manager"];

const rolesOf = (login) => [store.value.cast?.[login]?.roles ?? []].flat();
const nameOf = (login) => store.value.cast?.[login]?.name || login;

export const castView = () => {
  const rows = rowsView({ key: "cast", row: (login) => castRow(login, () => rows), adding: addPerson(() => rows), none: t("bundle_design.no_cast") });
  return rows;
};

const castRow = (login, rows) => {
  const at = `cast.${login}`;
  const name = panel(["cast", login], { only: ["name"], label: login });
  const others = panel(["cast", login], { skip: FIRST, label: login });
  const more = h("details", { class: "ol-bd-uses" }, h("summary", {}, t("bundle_design.more")), others);
  const roles = h("fieldset", { class: "ol-bd-roles" }, h("legend", { class: "form-label" }, t("bundle_design.roles_of", { login })), h("div"));
  const manager = h("select", { class: "form-select", id: `bundle-m-${login}`, "data-at": at, "data-part": "manager", disabled: !store.mayWrite, onchange: () => store.set(["cast", login, "manager"], manager.value || undefined) });
  const judged = { roles: findings(["cast", login, "roles"]), manager: findings(["cast", login, "manager"]) };
  const take = () => {
    const n = keysOf("cast").indexOf(login);
    store.change((whole) => {
      delete whole.cast[login];
    });
    rows().focusAfter(n);
    told("panel.removed", { name: login });
  };
  const key = h("input", { class: "form-control mono ol-bd-k", ".value": login, "aria-label": t("panel.name_of", { name: login }), disabled: !store.mayWrite, "data-at": at, "data-part": "name", autocomplete: "off", spellcheck: "false", onchange: () => renamed(login, key) });
  const show = () => {
    showRoles(login, roles.lastElementChild);
    const chosen = store.value.cast?.[login]?.manager ?? "";
    const choices = ["", ...keysOf("cast").filter((each) => each !== login)];
    if (!choices.includes(chosen)) choices.push(chosen);
    manager.replaceChildren(...choices.map((each) => h("option", { value: each }, each ? nameOf(each) : t("bundle_design.no_manager"))));
    manager.value = chosen;
  };
  const head = h("div", { class: "ol-bd-head" }, key, h("span", { class: "ol-bd-tools" }, ...rowTools("cast", login, take)));
  const fields = h("div", { class: "ol-bd-fields" }, name, h("div", {}, h("label", { class: "form-label", for: `bundle-m-${login}` }, t("bundle_design.manager")), manager, judged.manager.element));
  return {
    element: h("li", { class: "ol-bd-row", "data-row": at }, head, fields, roles, judged.roles.element, more),
    show,
    judge: () => Object.values(judged).forEach((each) => each.judge()),
    reveal: ([first, ...rest]) => {
      if (first === undefined) return key.focus();
      if (first === "roles") return roles.querySelector("input")?.focus();
      if (first === "manager") return manager.focus();
      if (first === "name") return name.show(["cast", login, first, ...rest]);
      more.open = true;
      return others.show(["cast", login, first, ...rest]);
    },
  };
};

const roleName = (id) => choose(store.value.roles?.[id]) || (SPECIAL.includes(id) ? t(`bundle_design.special.${id}`) : id);

const showRoles = (login, place) => {
  const held = rolesOf(login);
  const known = [...new Set([...keysOf("roles"), ...SPECIAL, ...held])];
  place.replaceChildren(
    ...known.map((id) => {
      const input = h("input", { type: "checkbox", class: "form-check-input", ".checked": held.includes(id), disabled: !store.mayWrite, "data-at": `cast.${login}`, "data-part": `role ${id}`, onchange: () => hold(login, id, input.checked) });
      return h("label", { class: "row-x" }, input, h("span", { class: "ol-long" }, roleName(id)));
    }),
  );
};

const hold = (login, id, on) => {
  const now = rolesOf(login).filter((each) => each !== id);
  store.set(["cast", login, "roles"], on ? [...now, id] : now);
};

/** Another login, at the same place; whoever has this person as manager keeps them. */
const renamed = (login, input) => {
  const to = input.value.trim();
  if (to === login) return;
  if (!ID.test(to) || keysOf("cast").includes(to)) {
    told(ID.test(to) ? "panel.there" : "bundle_design.no_id", { name: to });
    input.value = login;
    return;
  }
  store.change((whole) => {
    const pairs = Object.entries(whole.cast).map(([key, one]) => [key === login ? to : key, one?.manager === login ? { ...one, manager: to } : one]);
    whole.cast = Object.fromEntries(pairs);
  });
  document.querySelector(`[data-at="cast.${CSS.escape(to)}"][data-part="name"]`)?.focus();
  told("panel.renamed", { name: login, to });
};

const addPerson = (rows) => {
  const name = h("input", { class: "form-control", id: "bundle-person", maxlength: "200", autocomplete: "off", "data-at": "cast", "data-part": "new", onkeydown: (event) => enter(event) });
  const wrong = h("p", { class: "ol-err", role: "alert", hidden: true });
  const add = () => {
    const login = idOf(name.value.trim().split(/\s+/)[0] ?? "");
    const why = !ID.test(login) ? t("bundle_design.no_id") : keysOf("cast").includes(login) ? t("panel.there", { name: login }) : "";
    wrong.hidden = !why;
    wrong.textContent = why;
    if (why) return name.focus();
    store.set(["cast", login], { name: name.value.trim(), roles: [] });
    name.value = "";
    rows().show(["cast", login]);
    return told("panel.added", { name: login });
  };
  const enter = (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    add();
  };
  return h(
    "div", { class: "ol-bd-add", hidden: !store.mayWrite },
    h("div", {}, h("label", { class: "form-label", for: "bundle-person" }, t("bundle_design.new_person")), name),
    h("button", { type: "button", class: "btn", onclick: add }, icon("plus"), t("panel.add")), wrong,
  );
};
