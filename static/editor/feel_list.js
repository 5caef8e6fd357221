// The list of proposals under a field: shown, walked through by arrows, taken by Enter or Tab.
import { h, say, t } from "./dom.js";

let made = 0;
// So many are shown at a time; arrows bring the others into view.
const SHOWN = 8;

/**
 * Keeps the list of a control. `proposals(asked)` gives `{from, options}`; `take(option, from)`
 * writes one. `element` goes beside the control.
 */
export const proposing = (control, { proposals, take }) => {
  const id = `feel-list-${(made += 1)}`;
  const list = h("ul", { id, role: "listbox", class: "ol-feel-list", hidden: true, "aria-label": t("feel.proposals") });
  let found = { from: 0, options: [] };
  let active = -1;
  let top = 0;
  // Something was typed for which there was nothing yet: names may still come.
  let wanting = false;
  // Only a combobox may say whether its list is open; a field of several lines is none.
  const box = control.matches("input");
  if (box) control.setAttribute("role", "combobox");
  control.setAttribute("aria-autocomplete", "list");
  control.setAttribute("aria-controls", id);
  control.setAttribute("aria-haspopup", "listbox");
  const opened = (open) => {
    list.hidden = !open;
    if (box) control.setAttribute("aria-expanded", String(open));
    if (!open) {
      active = -1;
      control.removeAttribute("aria-activedescendant");
    }
  };
  opened(false);

  const point = (n) => {
    if (n < top || n >= top + SHOWN || n === 0) render(n < top || n === 0 ? n : n - SHOWN + 1);
    list.querySelector("[aria-selected=true]")?.setAttribute("aria-selected", "false");
    active = n;
    const option = list.children[n - top];
    option?.setAttribute("aria-selected", "true");
    if (option) control.setAttribute("aria-activedescendant", option.id);
  };
  const render = (from) => {
    top = from;
    list.replaceChildren(...found.options.slice(top, top + SHOWN).map((option, n) => row(option, top + n)));
  };
  const chosen = (n) => {
    const option = found.options[n];
    wanting = false;
    opened(false);
    if (option) take(option, found.from);
  };
  const row = (option, n) =>
    h("li", { id: `${id}-${n}`, role: "option", "aria-selected": "false", "aria-posinset": n + 1, "aria-setsize": found.options.length, class: option.sort, onpointerdown: (event) => { event.preventDefault(); chosen(n); } },
      h("span", { class: "mono" }, option.name, option.sort === "function" ? h("span", { class: "muted" }, option.about) : null),
      option.more || (option.sort !== "function" && option.about) ? h("span", { class: "small muted" }, option.more || option.about) : null);
  const look = (asked = false) => {
    found = proposals(asked);
    wanting = !found.options.length;
    const [only] = found.options;
    const done = found.options.length === 1 && control.value.slice(found.from, control.selectionStart) === only.text;
    if (!found.options.length || done) return opened(false);
    opened(true);
    point(0);
    if (asked || found.options.length < 8) say(t("feel.proposed", { count: found.options.length }));
    return undefined;
  };
  const moves = { ArrowDown: 1, ArrowUp: -1 };
  const key = (event) => {
    if (event.key.length > 1 && event.key !== "Backspace") wanting = false;
    if (event.key === " " && event.ctrlKey) {
      event.preventDefault();
      look(true);
    } else if (list.hidden) {
      return;
    } else if (event.key in moves) {
      event.preventDefault();
      point((active + moves[event.key] + found.options.length) % found.options.length);
    } else if ((event.key === "Enter" || event.key === "Tab") && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      chosen(active);
    } else if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      opened(false);
    } else if (["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) {
      opened(false);
    }
  };
  control.addEventListener("keydown", key);
  control.addEventListener("blur", () => opened(false));
  /** Other names are known now. */
  const again = () => {
    if (document.activeElement !== control || !(wanting || !list.hidden)) return;
    const pointed = found.options[active]?.name;
    look();
    const there = found.options.findIndex((each) => each.name === pointed);
    if (!list.hidden && there > 0) point(there);
  };
  return { element: list, look, again };
};
