// Keys: J and K walk the rows of a list, letters act on the row one is at, ? says which there are.
"use strict";

(() => {
  const typing = (target) =>
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target.matches("textarea, select, input:not([type=checkbox], [type=radio])"));

  const rows = () => [...document.querySelectorAll("[data-rows] tr[data-row]")];

  // Where one is: by the row's name, so that rows may come and go around it.
  let here = "";
  const nameOf = (row) => row.id || row.querySelector("a[data-open]")?.getAttribute("href") || "";
  const linkOf = (row) => row.querySelector("a[data-open]");
  const row = () =>
    document.activeElement?.closest?.("[data-rows] tr[data-row]") ||
    rows().find((each) => here && nameOf(each) === here) ||
    null;

  const show = (wanted) => {
    here = wanted ? nameOf(wanted) : "";
    rows().forEach((each) => each.classList.toggle("at", each === wanted));
  };

  const step = (by) => () => {
    const all = rows();
    if (!all.length) return;
    const now = all.indexOf(row());
    const wanted = all[Math.max(0, Math.min(now + by, all.length - 1))];
    show(wanted);
    linkOf(wanted)?.focus({ preventScroll: true });
    wanted.scrollIntoView({ block: "nearest" });
  };

  // Where one looks: at the field of the page if it has one, else at the one on top.
  const search = () => {
    const folded = document.querySelector("main details.ol-filters:not([open])");
    if (folded && !folded.querySelector("input[type=search]")?.offsetParent) folded.open = true;
    ["main input[type=search]", "[data-search]"]
      .map((each) => document.querySelector(each))
      .find((field) => field?.offsetParent)
      ?.focus();
  };

  const help = () => {
    const dialog = document.getElementById("keys");
    if (dialog) dialog.open ? dialog.close() : dialog.showModal();
  };

  const focus = (name) => document.querySelector(`[data-key=${name}]`)?.focus();

  // A verdict from the list: approving is asked once more in place, all else happens at the task.
  const goTo = (place) => {
    window.location.href = linkOf(row()).getAttribute("href") + place;
  };
  const approve = () => {
    const now = row();
    if (!now) return focus("a");
    if (!("verdict" in now.dataset)) return;
    const dialog = document.getElementById("approve-one");
    if (!dialog || !now.dataset.approve) return goTo("#approve");
    show(now);
    dialog.querySelector("[name=task]").value = now.dataset.key;
    dialog.querySelector("[data-what]").textContent = now.dataset.approve;
    dialog.showModal();
  };
  const reject = () => {
    const now = row();
    if (!now) return focus("r");
    if ("verdict" in now.dataset) goTo("#comment");
  };

  // ── a row unfolded: one at a time, below the row ─────────────────────────────────────────────

  const under = () => document.querySelector("tr.ol-under");
  const fold = () => {
    const open = document.querySelector("[data-unfold][aria-expanded=true]");
    if (open) open.setAttribute("aria-expanded", "false");
    under()?.remove();
  };
  const unfold = async (button) => {
    const of = button.closest("tr");
    const again = button.getAttribute("aria-expanded") === "true";
    fold();
    if (again) return;
    button.setAttribute("aria-expanded", "true");
    const answer = await fetch(button.dataset.unfold, { headers: { "HX-Request": "true" } });
    if (!answer.ok) {
      // Somebody was faster, or it is not theirs any more: the page of the task says so.
      window.location.href = linkOf(of).href;
      return;
    }
    const text = await answer.text();
    if (button.getAttribute("aria-expanded") !== "true") return;
    under()?.remove();
    const place = document.createElement("tr");
    place.className = "ol-under";
    place.dataset.of = nameOf(of);
    const cell = document.createElement("td");
    cell.colSpan = of.cells.length;
    cell.innerHTML = text;
    cell.querySelectorAll("[data-back]").forEach((field) => {
      field.value = window.location.search.slice(1);
    });
    place.append(cell);
    of.after(place);
    window.htmx?.process?.(place);
    place.scrollIntoView({ block: "nearest" });
  };
  const turn = () => {
    const button = row()?.querySelector("[data-unfold]");
    if (!button?.offsetParent) return;
    show(row());
    unfold(button);
  };

  // Rows came and went while others worked: what belongs together stays together.
  document.addEventListener("live-merged", () => {
    const open = under();
    const of = open && rows().find((each) => nameOf(each) === open.dataset.of);
    if (of) of.after(open);
    else open?.remove();
    show(rows().find((each) => here && nameOf(each) === here) || null);
  });

  const keys = {
    j: step(1),
    k: step(-1),
    l: () => document.querySelector("#more a")?.click(),
    o: () => row() && linkOf(row())?.click(),
    x: () => row()?.querySelector("input[type=checkbox]")?.click(),
    e: turn,
    a: approve,
    r: reject,
    c: () => focus("c"),
    "/": search,
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
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (typing(event.target)) return;
    const space = event.key === " " && event.target.matches?.("tr[data-row] a[data-open]");
    const name = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const act = space ? turn : Object.hasOwn(keys, name) ? keys[name] : null;
    if (!act || (!letters() && event.key !== "?")) return;
    if (event.key !== "?" && document.querySelector("dialog[open]")) return;
    event.preventDefault();
    act();
  });

  document.addEventListener("click", (event) => {
    event.target.closest("[data-close]")?.closest("dialog")?.close();
    const button = event.target.closest("[data-unfold]");
    if (button) unfold(button);
  });
  document.documentElement.classList.add("js");
})();
