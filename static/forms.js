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

  // What was pasted is rows now; a page that is changed in place would keep the text, and paste it again.
  document.addEventListener("htmx:after:swap", () => {
    document.querySelectorAll("[data-paste]").forEach((box) => {
      if (box !== document.activeElement) box.value = box.defaultValue;
    });
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
  // What was typed before this script was there.
  document.querySelectorAll("[data-lookup]").forEach((field) => {
    if (field.value !== field.defaultValue) suggest(field);
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

  // Sections that are tabs get buttons to choose one by; without scripts they stand below each other.
  const chosen = new Map();
  const choose = (group, panels, index) => {
    chosen.set(group, index);
    panels.forEach((panel, at) => (panel.hidden = at !== index));
    document.querySelectorAll(`[data-tabs="${group}"] button`).forEach((button, at) => {
      button.setAttribute("aria-selected", at === index ? "true" : "false");
      button.tabIndex = at === index ? 0 : -1;
    });
  };
  const tabbed = () => {
    document.querySelectorAll("[data-tabs]").forEach((list) => list.remove());
    const groups = Map.groupBy(document.querySelectorAll("main section[data-tab]"), (one) => one.dataset.tab);
    groups.forEach((panels, group) => {
      const list = document.createElement("div");
      list.dataset.tabs = group;
      list.className = "ol-ftabs";
      list.setAttribute("role", "tablist");
      panels.forEach((panel, index) => {
        const button = document.createElement("button");
        const heading = document.getElementById(panel.getAttribute("aria-labelledby"));
        button.type = "button";
        button.id = `${panel.id}-t`;
        button.textContent = heading?.firstChild?.textContent.trim() || `${index + 1}`;
        button.classList.toggle("bad", Boolean(panel.querySelector(".ol-err")));
        button.setAttribute("role", "tab");
        button.setAttribute("aria-controls", panel.id);
        button.addEventListener("click", () => choose(group, panels, index));
        button.addEventListener("keydown", (event) => {
          const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
          if (!step) return;
          const next = (index + step + panels.length) % panels.length;
          choose(group, panels, next);
          list.children[next].focus();
        });
        list.append(button);
        panel.setAttribute("role", "tabpanel");
      });
      panels[0].before(list);
      const wrong = panels.findIndex((panel) => panel.querySelector(".ol-err"));
      choose(group, panels, Math.min(chosen.get(group) ?? Math.max(wrong, 0), panels.length - 1));
    });
  };
  document.addEventListener("htmx:after:swap", tabbed);
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("ul.errs a[href^='#f-']");
    const target = link && document.getElementById(link.getAttribute("href").slice(1));
    const panel = target?.closest("section[data-tab][hidden]");
    if (panel) document.getElementById(`${panel.id}-t`)?.click();
  });

  window.addEventListener("pageshow", () => {
    tabbed();
    if (keeper()) say("auto");
    if (document.querySelector("main .ol-note.bad ul.errs"))
      document.querySelector("main [aria-invalid=true]")?.focus();
  });
})();
