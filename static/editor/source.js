// The text of a definition in an editor: over the field of the form, which stays what is saved.
// Without this script, or where somebody prefers it, the field itself is there.
import { say, t, h, icon } from "./dom.js";
import { data } from "./page.js";
import { completer } from "./source_complete.js";
import { annotate, watchFindings } from "./source_findings.js";

const PLAIN = "orderloom.source.plain";
const field = document.getElementById("text");
const form = document.getElementById("editor");
const NLS = [
  "editor.scroller.aria-roledescription", "editor.scroller.aria-label", "editor.gutter.aria-roledescription", "editor.gutter.aria-label",
  "text-input.aria-label", "text-input.aria-roledescription", "autocomplete.popup.aria-roledescription", "autocomplete.popup.aria-label", "autocomplete.popup.item.aria-roledescription",
  "autocomplete.loading", "gutter.annotation.aria-label.error", "gutter.annotation.aria-label.warning", "gutter-tooltip.aria-label.error.singular", "gutter-tooltip.aria-label.error.plural",
  "gutter-tooltip.aria-label.warning.singular", "gutter-tooltip.aria-label.warning.plural", "gutter.code-folding.open.aria-label", "gutter.code-folding.closed.aria-label", "gutter.code-folding.range.aria-label",
  "gutter.code-folding.open.title", "gutter.code-folding.closed.title", "inline-fold.closed.title", "search-box.find.placeholder", "search-box.find-all.text", "search-box.replace.placeholder", "search-box.replace-next.text",
  "search-box.replace-all.text", "search-box.toggle-replace.title", "search-box.toggle-regexp.title", "search-box.toggle-case.title", "search-box.toggle-whole-word.title", "search-box.toggle-in-selection.title", "search-box.search-counter", "editor.tooltip.disable-editing",
];
const messages = () => Object.fromEntries(NLS.map((key) => [key, t(`source.ace.${key.replace(/[.-]/g, "_")}`)]));
const remembered = () => {
  try {
    return localStorage.getItem(PLAIN) === "1";
  } catch {
    return false;
  }
};
const remember = (plain) => {
  try {
    localStorage.setItem(PLAIN, plain ? "1" : "0");
  } catch {
    // Without a store the choice holds for this page.
  }
};

let editor;
let asked = false;

const settings = (ace) => {
  ace.config.set("useStrictCSP", true);
  // Its own worker would come from elsewhere, and knows less than the server.
  ace.config.setDefaultValue("session", "useWorker", false);
  ace.config.setMessages(messages(), { placeholders: "dollarSigns" });
};

const make = (ace) => {
  settings(ace);
  const place = h("div", { class: "ol-ace", id: "ace" });
  field.before(place);
  const made = ace.edit(place, {
    mode: "ace/mode/yaml", tabSize: 2, useSoftTabs: true, newLineMode: "unix", fontSize: 13, scrollPastEnd: 0.2,
    enableKeyboardAccessibility: true, showPrintMargin: false, readOnly: field.readOnly, highlightActiveLine: true, enableMobileMenu: false,
    textInputAriaLabel: document.querySelector("label[for=text]")?.textContent ?? "",
  });
  const isDark = document.documentElement.dataset.bsTheme === "dark";
  made.renderer.setTheme({ cssClass: "ace-orderloom", isDark, cssText: "" });
  made.session.setValue(field.value);
  made.session.setUndoManager(new ace.UndoManager());
  const tools = ace.require("ace/ext/language_tools");
  tools.setCompleters([completer(data.kind, data.base)]);
  made.setOptions({ enableBasicAutocompletion: true, enableLiveAutocompletion: true, enableSnippets: false });
  popups(ace, made);
  made.session.on("change", () => {
    field.value = made.session.getValue();
    asked = true;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
  return made;
};

/** The list of suggestions stands in the page's main part; only the arrow keys reach it. */
const popups = (ace, made) => {
  const own = ace.require("ace/autocomplete").Autocomplete.for(made);
  const begin = own.$init.bind(own);
  own.parentNode = document.querySelector("main");
  own.$init = () => {
    const popup = begin();
    own.popup.textInput.getElement().tabIndex = -1;
    return popup;
  };
};

const save = () => {
  const button = form.querySelector('button[value="save"]');
  if (!button) return;
  say(t("design.saving"));
  asked = false;
  form.requestSubmit(button);
};

/** Shows the editor, or the plain field with what the editor has. */
const show = (plain) => {
  if (!plain && !editor) {
    editor = make(window.ace);
    annotate(editor);
  }
  if (!plain && editor.session.getValue() !== field.value) editor.session.setValue(field.value);
  document.getElementById("ace")?.toggleAttribute("hidden", plain);
  field.hidden = !plain;
  toggle.replaceChildren(icon(plain ? "code" : "file", true), t(plain ? "source.coloured" : "source.plain"));
  if (!plain) editor.resize(true);
};

const toggle = h("button", {
  type: "button",
  class: "btn btn-sm end",
  onclick: () => {
    const plain = !field.hidden;
    remember(!plain);
    show(!plain);
    (plain ? editor : field).focus();
  },
});

/** Goes to a line, counted from 1. */
const goTo = (line) => {
  if (field.hidden) {
    editor.gotoLine(line, 0, false);
    editor.focus();
    return;
  }
  const before = field.value.split("\n").slice(0, line - 1).join("\n").length;
  field.focus();
  field.setSelectionRange(before + (line > 1 ? 1 : 0), before + (line > 1 ? 1 : 0));
};

if (field && form && window.ace) {
  field.closest("section").querySelector(".card-header").append(toggle);
  show(remembered());
  watchFindings(() => editor && annotate(editor), goTo);
  document.querySelector("label[for=text]")?.addEventListener("click", () => field.hidden && editor.focus());
  field.addEventListener("input", () => {
    asked = true;
  });
  form.addEventListener("submit", () => {
    asked = false;
  });
  window.addEventListener("beforeunload", (event) => {
    if (asked && field.value !== field.defaultValue) event.preventDefault();
  });
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.key.toLowerCase() !== "s") return;
    event.preventDefault();
    save();
  });
}
