// A worker of our own origin that runs a library from elsewhere. The file has a policy of its own
// (`security.worker_policy`): it reaches the pinned files and nothing else, no page, no session.
// The first message names the files: {load: [{url, integrity}, …]}; what comes before they are
// there is kept and told to them then. A file of another content is not run: the worker fails.
"use strict";

const early = [];

const keep = (event) => {
  event.stopImmediatePropagation();
  if (event.data?.load && !early.length) load(event.data.load);
  early.push(event);
};

const load = async (files) => {
  try {
    // All are fetched before the first is run, and run in the order named.
    const bodies = await Promise.all(files.map(fetched));
    removeEventListener("message", keep);
    bodies.forEach(run);
    early.slice(1).forEach((event) => dispatchEvent(new MessageEvent("message", { data: event.data, ports: [...event.ports] })));
  } catch (error) {
    // Thrown outside the promise, it is an `error` event of the worker on the page.
    setTimeout(() => {
      throw error;
    });
  }
};

const fetched = async ({ url, integrity }) => {
  if (!/^sha(256|384|512)-\S+$/.test(integrity ?? "")) throw new Error(`no integrity: ${url}`);
  const response = await fetch(url, { integrity, mode: "cors", credentials: "omit" });
  if (!response.ok) throw new Error(`${response.status}: ${url}`);
  return new Blob([await response.text()], { type: "text/javascript" });
};

const run = (body) => {
  // Not imported by its address: `importScripts` checks no integrity.
  const place = URL.createObjectURL(body);
  importScripts(place);
  URL.revokeObjectURL(place);
};

addEventListener("message", keep);
