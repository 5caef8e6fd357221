// The designer of approvals: lanes, table, the fields of what is chosen, people of a sample.
import { h, icon, t } from "./dom.js";
import { Lanes } from "./approval_lane.js";
import { Matrix } from "./approval_matrix.js";
import { lanesOf, stepAt, stepsOf } from "./approval_model.js";
import { StepTable } from "./approval_table.js";
import { Trial } from "./approval_try.js";
import { verbs, view } from "./approval_view.js";
import * as words from "./approval_words.js";
import { known } from "./known.js";
import { panel } from "./panel.js";
import { placeOf } from "./panel_place.js";
import { store } from "./store.js";

const place = (name) => document.getElementById(`design-approval-${name}`);
const BAR = [
  ["before", "plus"], ["after", "plus"], ["beside", "plus"], null, ["earlier", "left"], ["later", "right"], ["join_before", "par"], ["join_after", "par"], null,
  ["rename", "pencil"], ["duplicate", "copy"], ["remove", "trash"],
];

const start = () => {
  const lanes = new Lanes(place("lanes"));
  const table = new StepTable(place("steps"));
  const matrix = new Matrix(place("levels"), place("matrix"));
  new Trial(place("try"), place("answer"));

  const chips = () => {
    const made = words.rules(store.value).map(({ path, text }) => h("li", {}, h("button", { type: "button", class: "ol-pill", onclick: () => open(path) }, text)));
    place("rules").replaceChildren(...made);
  };

  const show = () => {
    view.settle();
    const byMatrix = typeof store.value.matrix === "string" && !Array.isArray(store.value.steps);
    place("by-steps").hidden = byMatrix;
    place("by-matrix").hidden = !byMatrix;
    place("steps-card").hidden = byMatrix;
    place("matrix-card").hidden = !byMatrix;
    if (byMatrix) {
      const link = place("matrix-link");
      link.href = `/definitions/decision/${encodeURIComponent(store.value.matrix.split("@")[0])}/design`;
      link.textContent = t("approvals_design.open_matrix", { decision: store.value.matrix });
      matrix.show();
    } else {
      lanes.show();
      table.show();
    }
    chips();
    bar();
  };

  const bar = () => {
    const path = view.selected;
    const count = lanesOf(store.value).length;
    const inside = path?.length > 2;
    const may = {
      before: path, after: path, beside: path, rename: path, duplicate: path, remove: path,
      earlier: path && (inside || path[1] > 0), later: path && (inside || path[1] < count - 1),
      join_before: path && path[1] > 0, join_after: path && path[1] < count - 1,
    };
    for (const button of place("bar").querySelectorAll("[data-verb]")) button.setAttribute("aria-disabled", String(!may[button.dataset.verb]));
    place("first").hidden = stepsOf(store.value).length > 0;
    place("whole").setAttribute("aria-pressed", String(!path));
  };

  const press = (verb) => (event) => {
    if (event.currentTarget.getAttribute("aria-disabled") === "true") return;
    if (verb !== "rename") verbs[verb](view.selected);
    else lanes.name(lanes.place.querySelector(`[data-path="${CSS.escape(view.selected.join("."))}"]`), view.selected);
  };
  const button = ([verb, picture]) =>
    h("button", { type: "button", class: "btn btn-sm", "data-verb": verb, title: t(`approvals_design.verb.${verb}`), onclick: press(verb) }, icon(picture, true), h("span", {}, t(`approvals_design.short.${verb}`)));
  place("bar").append(...BAR.map((each) => (each ? button(each) : h("span", { class: "sep", "aria-hidden": "true" }))));
  place("first").addEventListener("click", () => {
    verbs.after(undefined);
    lanes.focus(view.selected?.join("."));
  });
  place("whole").addEventListener("click", () => view.choose(undefined));

  /** The fields of the step that is chosen, else of the whole approval. */
  const fields = () => {
    const path = view.selected;
    const made = path ? panel(path, { title: words.titleOf(store.at(path)) }) : panel([], { skip: ["kind", "id", "steps"], title: t("approvals_design.whole") });
    place("panel").replaceChildren(made);
    lanes.show();
    bar();
  };

  /** Chooses what a path lies in, and gives its field the focus. */
  const open = (path) => {
    view.choose(stepAt(store.value, path));
    const shown = place("panel").firstElementChild;
    const reveal = () => shown?.show?.(path) && (store.at(path) !== undefined || offered(shown, path.at(-1)));
    if (!reveal()) setTimeout(reveal, 200);
  };

  /** A field that is not there yet is the one that would be added. */
  const offered = (shown, key) => {
    const option = [...shown.querySelectorAll('select[data-part="field"] option')].find((each) => each.value === key);
    if (!option) return false;
    option.parentElement.value = key;
    option.parentElement.focus();
    return true;
  };
  document.addEventListener("design:show", (event) => open(placeOf(event.detail.path, store.value)));

  view.addEventListener("chosen", fields);
  view.addEventListener("lit", show);
  view.addEventListener("acted", () => place("panel").firstElementChild?.refresh?.());
  store.addEventListener("changed", show);
  for (const name of ["checked", "saved"]) store.addEventListener(name, () => (lanes.show(), table.judge()));
  known().then(show);
  const first = stepsOf(store.value)[0]?.path;
  if (first && window.matchMedia("(min-width: 1100px)").matches) view.choose(first);
  else fields();
  show();
};

if (place("lanes")) start();
