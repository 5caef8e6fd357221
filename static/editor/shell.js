// The bar of every designer: save, undo, redo, what is wrong. Alpine shows it.
import { say, t } from "./dom.js";
import { store } from "./store.js";

const typing = (target) => target instanceof HTMLElement && target.matches("textarea, select, input, [contenteditable]");

document.addEventListener("alpine:init", () => {
  window.Alpine.data("design", () => ({
    changed: false,
    busy: false,
    undos: false,
    redos: false,
    errors: 0,
    warnings: 0,
    findings: [],
    refused: "",
    differs: [],
    state: "",

    init() {
      for (const name of ["changed", "checked", "saving", "saved"]) {
        store.addEventListener(name, () => this.look());
      }
      window.addEventListener("beforeunload", (event) => {
        if (store.changed) event.preventDefault();
      });
      document.addEventListener("keydown", (event) => this.key(event));
      this.look();
    },

    look() {
      this.changed = store.changed;
      this.busy = store.busy;
      this.undos = store.done.length > 0;
      this.redos = store.undone.length > 0;
      this.findings = store.findings.map((each, n) => ({ ...each, key: n }));
      this.errors = store.findings.filter((each) => each.severity === "error").length;
      this.warnings = store.findings.length - this.errors;
      this.refused = store.refused ?? "";
      this.differs = store.differs ?? [];
      this.state = t(store.busy ? "design.saving" : store.changed ? "design.changed" : store.saved ? "design.kept" : "design.published");
    },

    async save() {
      say((await store.save()) ? t("design.kept") : store.refused);
    },
    async over() {
      say((await store.save({ over: true })) ? t("design.kept") : store.refused);
    },
    undo() {
      if (store.undo()) say(t("design.undone"));
    },
    redo() {
      if (store.redo()) say(t("design.redone"));
    },

    /** Shows the place of a finding. */
    show(event) {
      const n = Number(event.currentTarget.dataset.n);
      const finding = store.findings[n];
      document.dispatchEvent(new CustomEvent("design:show", { detail: finding }));
    },

    key(event) {
      if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
      const key = event.key.toLowerCase();
      if (key === "s") {
        event.preventDefault();
        this.save();
      } else if (!typing(event.target) && (key === "y" || (key === "z" && event.shiftKey))) {
        event.preventDefault();
        this.redo();
      } else if (!typing(event.target) && key === "z") {
        event.preventDefault();
        this.undo();
      }
    },
  }));
});
