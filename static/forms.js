// Adds to forms that work without it: drafts kept by themselves, cells pasted from a spreadsheet,
// suggestions while one types, the first wrong field.
"use strict";

(() => {
  const later = (wait, act) => {
    let timer = 0;
    return (...given) => {
      clearTimeout(timer);
      timer = setTimeout(() => act(...given), wait);
    };
  };
  const sent = (form, more) => {
    const data = new URLSearchParams(new FormData(form));
    Object.entries(more).forEach(([name, value]) => data.set(name, value));
    return data;
  };
  const post = (form, more) =>
    fetch(form.getAttribute("action"), { method: "POST", body: sent(form, more), credentials: "same-origin" });
  const parsed = async (answer) => new DOMParser().parseFromString(await answer.text(), "text/html");

  // Cells of a spreadsheet that are pasted into a field of a list become rows: the server reads them.
  document.addEventListener("paste", (event) => {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    const list = event.target.closest?.(".items");
    if (!list || !text.includes("\t")) return;
    const box = list.closest(".ol-x")?.parentElement.querySelector("[data-paste]");
    if (!box) return;
    event.preventDefault();
    box.value = text;
    box.closest("details").open = true;
    box.dispatchEvent(new Event("change", { bubbles: true }));
  });

  // Suggestions follow what is typed: the page is asked for as it would be, only its list is taken.
  const suggest = later(250, async (field) => {
    if (!field.form || !field.isConnected) return;
    const typed = field.value;
    const answer = await post(field.form, { _refresh: "true" }).catch(() => null);
    const found = answer && (await parsed(answer)).getElementById(field.getAttribute("list"));
    if (found && field.value === typed) field.list?.replaceChildren(...found.childNodes);
  });
  document.addEventListener("input", (event) => {
    if (event.target.matches?.("[data-lookup]")) suggest(event.target);
  });

  // A draft is kept a few seconds after the last change, and when the page is left.
  const WAIT = 4000;
  const keeper = () => document.querySelector("form[data-keep]");
  const say = (key, time = "") => {
    const told = document.querySelector("[data-kept]");
    if (told) told.textContent = (told.dataset[key] ?? "").replace("{time}", time);
  };
  // What the page must know of what is stored now: its revision, and which stored row each row is.
  const marks = (root) => [...root.querySelectorAll("form[data-keep] [name$='._row']")];
  const filled = (mark) =>
    [...mark.form.elements].some(
      (field) =>
        field.name.startsWith(mark.name.slice(0, -4)) &&
        field.type !== "hidden" &&
        (field.type === "checkbox" ? field.checked : field.value),
    );
  const agree = (page) => {
    const revision = page.querySelector("form[data-keep] [name=revision]");
    const own = keeper()?.querySelector("[name=revision]");
    const [before, now] = [marks(document).filter(filled), marks(page)];
    if (!revision || !own || before.length !== now.length) return false;
    own.value = revision.value;
    before.forEach((mark, index) => (mark.value = now[index].value));
    return true;
  };
  let changed = false;
  let conflict = false;
  const keep = async () => {
    const form = keeper();
    if (!form || !changed || conflict || form.dataset.sent) return;
    changed = false;
    say("now");
    const answer = await post(form, { action: "save" }).catch(() => null);
    if (!answer) {
      changed = true;
      say("offline");
      soon();
      return;
    }
    if (!answer.ok) {
      conflict = answer.status === 409;
      say(conflict ? "conflict" : "wrong");
      return;
    }
    if (!agree(await parsed(answer))) {
      if (!changed) location.reload();
      return;
    }
    say("at", new Date().toLocaleTimeString(document.documentElement.lang));
  };
  const soon = later(WAIT, keep);
  const touched = (event) => {
    if (!event.target.closest?.("form[data-keep]")) return;
    changed = true;
    soon();
  };
  document.addEventListener("input", touched);
  document.addEventListener("change", touched);
  document.addEventListener("visibilitychange", () => {
    const form = keeper();
    if (document.visibilityState !== "hidden" || !form || !changed || conflict || form.dataset.sent) return;
    changed = !navigator.sendBeacon(form.getAttribute("action"), sent(form, { action: "save" }));
  });

  window.addEventListener("pageshow", () => {
    if (keeper()) say("auto");
    if (document.querySelector("main .ol-note.bad ul.errs"))
      document.querySelector("main [aria-invalid=true]")?.focus();
  });
})();
