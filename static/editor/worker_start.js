// Starts the worker that runs pinned libraries.
import { parse } from "./exact.js";

const pinned = parse(document.getElementById("design-workers")?.textContent || "{}");

/** A worker in which the assets of these names run, in their order (`Designer.workers` lists them).
 *  Messages may be sent at once. An asset of another content than pinned is an `error` event.
 *  `evaluates`: the library makes functions of text (only schema validators do). */
export const startWorker = (names, { evaluates = false } = {}) => {
  const address = new URL(`./worker.js${evaluates ? "?evaluates" : ""}`, import.meta.url);
  const worker = new Worker(address);
  worker.postMessage({ load: names.map((name) => pinned[name]) });
  return worker;
};
