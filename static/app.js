// Adds to pages that work without it: rows that open, menus that close, forms that are sent once.
"use strict";

(() => {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    document.querySelectorAll("details.ol-menu[open]").forEach((menu) => {
      menu.open = false;
      menu.querySelector("summary")?.focus();
    });
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

  // A picture that is larger than its frame opens where it begins: at what stands furthest left.
  document.querySelectorAll("[data-picture]").forEach((frame) => {
    const [, ...boxes] = [...frame.querySelectorAll("svg rect")].map((box) => box.getBoundingClientRect());
    if (!boxes.length) return;
    const first = boxes.reduce((one, other) => (other.left < one.left ? other : one));
    frame.scrollTop = first.top + first.height / 2 - frame.getBoundingClientRect().top - frame.clientHeight / 2;
  });

  // Where tabs are wider than the window, the one that is open is seen.
  document.querySelectorAll(".ol-tabs").forEach((tabs) => {
    const open = tabs.querySelector("[aria-current]");
    if (open) tabs.scrollLeft = open.offsetLeft - tabs.offsetLeft - (tabs.clientWidth - open.offsetWidth) / 2;
  });

  // While a button is pressed answers wait: a page that moves under the pointer would lose the press.
  const LONGEST = 2000;
  let release = null;
  let pressed = Promise.resolve();
  const released = () => {
    // The click follows at once.
    setTimeout(() => release?.(), 0);
  };
  document.addEventListener(
    "pointerdown",
    (event) => {
      if (event.button !== 0 || !event.target.closest?.("button,a,summary,label")) return;
      release?.();
      pressed = new Promise((done) => {
        release = done;
        setTimeout(done, LONGEST);
      });
    },
    true,
  );
  ["pointerup", "pointercancel"].forEach((name) => document.addEventListener(name, released, true));
  window.olReleased = () => pressed;
  document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
    const ask = ctx.fetch ?? window.fetch.bind(window);
    ctx.fetch = async (...given) => {
      const answer = await ask(...given);
      await pressed;
      return answer;
    };
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
