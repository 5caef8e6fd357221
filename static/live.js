// Follows changes while a page is open. The server only says that something changed; this asks for
// it by ordinary requests, and never takes anything from under somebody's hands.
"use strict";

(() => {
  const HIDDEN_FOR = 30_000;
  const POLL = 30_000;
  const AGAIN = 60_000;
  const GAP = 2_000;
  const MOST_ROWS = 400;
  const root = document.body;
  const place = document.querySelector("[data-live-order]");
  const byItself = { headers: { "X-By-Itself": "1" }, redirect: "error" };

  const emit = (name) => root.dispatchEvent(new CustomEvent(`live-${name}`));

  // One after the other, never more often than each GAP; what comes meanwhile is done once more.
  const seldom = (work) => {
    let busy = false;
    let wanted = false;
    const run = async () => {
      if (busy) {
        wanted = true;
        return;
      }
      busy = true;
      wanted = false;
      try {
        await work();
      } catch {
        // The page stays as it is; the next change, or a new page, brings it up to date.
      }
      setTimeout(() => {
        busy = false;
        if (wanted) run();
      }, GAP);
    };
    return run;
  };

  const parsed = async (address) => {
    const answer = await fetch(address, byItself);
    if (!answer.ok) return { status: answer.status };
    const text = await answer.text();
    await window.olReleased?.();
    return { status: answer.status, page: new DOMParser().parseFromString(text, "text/html") };
  };

  // ── what stands beside the navigation ──────────────────────────────────────────────────────

  let known = null;
  const counts = seldom(async () => {
    const answer = await fetch("/live/counts", byItself);
    if (!answer.ok) return;
    const found = await answer.json();
    for (const [name, { count, text, label }] of Object.entries(found)) {
      document.querySelectorAll(`[data-live-count=${name}]`).forEach((badge) => {
        badge.textContent = text;
        badge.hidden = !count;
      });
      document.querySelectorAll(`[data-live-pip=${name}]`).forEach((pip) => {
        pip.hidden = !count;
      });
      document.querySelectorAll(`[data-live-label=${name}]`).forEach((link) => {
        if (label) link.setAttribute("aria-label", label);
      });
    }
    const before = known;
    known = found.tasks?.count;
    if (before !== null && before !== known) rows();
  });

  // ── lists: `[data-live-rows="address"]` holds rows with `data-row`, and an id each ───────────

  const busyRow = (row) =>
    row.contains(document.activeElement) ||
    row.querySelector("input:checked, details[open], [aria-expanded=true]") !== null;

  const nameOf = (row) =>
    row.id || row.dataset.key || row.querySelector("a[data-open]")?.getAttribute("href");

  // What htmx and other scripts leave on a row is no difference.
  const html = new WeakMap();

  const merge = (body, fresh) => {
    const coming = new Map();
    for (const row of fresh.querySelectorAll("[data-row]")) coming.set(nameOf(row), row);
    let added = false;
    const standing = new Map();
    const before = [...body.querySelectorAll(":scope > [data-row]")];
    // A full page says nothing of what comes after its last row.
    const known = before.findLastIndex((row) => coming.has(nameOf(row)));
    const full = coming.size >= before.length;
    for (const [index, row] of before.entries()) {
      const next = coming.get(nameOf(row));
      if (!next) {
        if (full && known >= 0 && index > known) continue;
        // Somebody may be about to press something in it: it says that it is over, and stays.
        if (busyRow(row)) row.classList.add("gone");
        else row.remove();
        continue;
      }
      standing.set(nameOf(row), row);
      row.classList.remove("gone");
      if (html.get(row) !== next.outerHTML && !busyRow(row)) {
        const node = document.importNode(next, true);
        html.set(node, next.outerHTML);
        row.replaceWith(node);
        standing.set(nameOf(node), node);
      }
    }
    let last = null;
    for (const [name, row] of coming) {
      let node = standing.get(name);
      if (!node) {
        node = document.importNode(row, true);
        html.set(node, row.outerHTML);
        node.classList.add("new");
        if (last) last.after(node);
        else body.prepend(node);
        added = true;
      }
      last = node;
    }
    if (added && window.htmx?.process) window.htmx.process(body);
    body.dispatchEvent(new CustomEvent("live-merged", { bubbles: true }));
  };

  const rows = seldom(async () => {
    for (const body of document.querySelectorAll("[data-live-rows]")) {
      // Somebody who loaded very many reads them; they look anew by themselves.
      if (body.querySelectorAll(":scope > [data-row]").length > MOST_ROWS) continue;
      const { page } = await parsed(body.dataset.liveRows);
      if (page) merge(body, page);
    }
  });

  // ── an order, or a task of it ──────────────────────────────────────────────────────────────

  const selects = (part) => {
    const chosen = window.getSelection();
    return !chosen.isCollapsed && part.contains(chosen.anchorNode);
  };

  // A page that answers a refused form stands at the form's address, and is not to be had there.
  const here = () => {
    const at = place.dataset.liveAt;
    const asked = new URLSearchParams(location.pathname === at ? location.search : "");
    asked.delete("done");
    return asked.size ? `${at}?${asked}` : at;
  };

  const order = seldom(async () => {
    if (!place) return;
    const { status, page } = await parsed(here());
    if (status === 404) {
      document.querySelector("[data-live-gone]")?.removeAttribute("hidden");
      return;
    }
    const now = page?.querySelector("[data-live-order]");
    if (!now) return;
    place.dataset.liveSeen = now.dataset.liveSeen;
    document.querySelectorAll("[data-live-part]").forEach((part) => {
      const fresh = page.getElementById(part.id);
      if (!fresh || fresh.innerHTML === part.innerHTML) return;
      if (part.contains(document.activeElement) || selects(part)) return;
      part.replaceChildren(...document.importNode(fresh, true).childNodes);
    });
    // Something was only said, or refused: there is nothing else to look at.
    const same = now.dataset.liveRevision === place.dataset.liveRevision;
    document.querySelectorAll("[data-live-note]").forEach((note) => {
      note.hidden = same;
    });
  });

  root.addEventListener("live-tasks", () => {
    counts();
    rows();
  });
  root.addEventListener("live-notices", counts);
  root.addEventListener("live-order", order);

  // ── the stream: open while somebody looks, else asked now and then ──────────────────────────

  let source = null;
  let opened = false;
  let polling = 0;
  let trying = 0;
  let leaving = 0;

  const poll = () => {
    if (document.hidden) return;
    emit("tasks");
    emit("notices");
    if (place) emit("order");
  };

  const close = () => {
    source?.close();
    source = null;
    clearInterval(polling);
    clearTimeout(trying);
  };

  const connect = () => {
    if (source || document.hidden) return;
    close();
    const asked = new URLSearchParams();
    if (place) {
      asked.set("order", place.dataset.liveOrder);
      asked.set("seen", place.dataset.liveSeen);
    }
    source = new EventSource(`/live?${asked}`);
    source.addEventListener("open", () => {
      root.dataset.live = "on";
      // Between the page and the stream something may have happened.
      counts();
      if (opened) rows();
      opened = true;
    });
    for (const name of ["tasks", "order", "notices"])
      source.addEventListener(name, () => emit(name));
    source.addEventListener("error", () => {
      root.dataset.live = "off";
      if (source?.readyState !== EventSource.CLOSED) return;
      // Too many pages, or somebody signed out: gently, and later once more.
      close();
      polling = setInterval(poll, POLL);
      trying = setTimeout(connect, AGAIN);
    });
  };

  // A browser has few connections for one site: pages that nobody sees give theirs back.
  document.addEventListener("visibilitychange", () => {
    clearTimeout(leaving);
    if (document.hidden) {
      leaving = setTimeout(close, HIDDEN_FOR);
      return;
    }
    connect();
  });
  window.addEventListener("pagehide", close);
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) connect();
  });
  if (window.EventSource) connect();
})();
