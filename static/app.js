// Adds to pages that work without it: keys in lists, menus that close, forms that are sent once.
"use strict";

(() => {
  const typing = (target) =>
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target.matches("textarea, select, input:not([type=checkbox], [type=radio])"));

  const rows = () => [...document.querySelectorAll("[data-rows] tr[data-row]")];

  // J and K walk the rows of a list, Enter opens, / searches.
  let at = -1;
  const mark = (index) => {
    const all = rows();
    if (!all.length) return;
    at = Math.max(0, Math.min(index, all.length - 1));
    all.forEach((row, number) => row.classList.toggle("at", number === at));
    const link = all[at].querySelector("a[data-open]");
    if (link) link.focus({ preventScroll: true });
    all[at].scrollIntoView({ block: "nearest" });
  };

  // Where one looks: at the field of the page if it has one, else at the one on top.
  const search = () =>
    ["main input[type=search]", "[data-search]"]
      .map((each) => document.querySelector(each))
      .find((field) => field?.offsetParent);

  const help = () => {
    const dialog = document.getElementById("keys");
    if (dialog) dialog.open ? dialog.close() : dialog.showModal();
  };

  const focus = (name) => () => document.querySelector(`[data-key=${name}]`)?.focus();
  const keys = {
    j: () => mark(at + 1),
    k: () => mark(at - 1),
    l: () => document.querySelector("#more a")?.click(),
    "/": () => search()?.focus(),
    a: focus("a"),
    r: focus("r"),
    c: focus("c"),
    "?": help,
  };

  // People who speak to their computer can turn the letters off (WCAG 2.1.4).
  const LETTERS = "orderloom.letters";
  const letters = () => localStorage.getItem(LETTERS) !== "off";
  document.querySelectorAll("[data-letters]").forEach((box) => {
    box.checked = letters();
    box.addEventListener("change", () =>
      localStorage.setItem(LETTERS, box.checked ? "on" : "off"),
    );
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      document.querySelectorAll("details.ol-menu[open]").forEach((menu) => {
        menu.open = false;
        menu.querySelector("summary")?.focus();
      });
    }
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (typing(event.target)) return;
    const act = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act || (!letters() && event.key !== "?")) return;
    if (event.key !== "?" && document.querySelector("dialog[open]")) return;
    event.preventDefault();
    act();
  });

  // A click on a row opens it, unless it hit something of its own or text was being selected.
  document.addEventListener("click", (event) => {
    document.querySelectorAll("details.ol-menu[open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
    if (event.target.closest("a,button,input,select,textarea,summary,label")) return;
    const row = event.target.closest("tr[data-row]");
    if (!row || String(window.getSelection())) return;
    row.querySelector("a[data-open]")?.click();
  });

  // A form is sent once: a second press while it travels does nothing.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method.toLowerCase() !== "post") return;
    if (form.dataset.sent) event.preventDefault();
    else form.dataset.sent = "1";
  });
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
    document.querySelector("[data-first]")?.focus();
  });
})();
