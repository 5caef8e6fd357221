// Starts the worker that runs pinned libraries.
import { parse } from "./exact.js";

const pinned = parse(document.getElementById("design-workers")?.textContent || "{}");

/** A worker in which the assets of these names run, in their order (`Designer.workers` lists them).
 *  Messages may be sent at once. An asset of another content than pinned is an `error` event. */
export const startWorker = (names) => {
  const worker = new Worker(new URL("./worker.js", import.meta.url));
  worker.postMessage({ load: names.map((name) => pinned[name]) });
  return worker;
};
