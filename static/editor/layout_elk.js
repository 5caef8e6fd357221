// Asks ELK, in its worker, where stages lie; how large labels are.
import { labelOf } from "./canvas_words.js";
import { arrange } from "./layout.js";
import { rowsOf } from "./layout_place.js";
import { store } from "./store.js";
import { startWorker } from "./worker_start.js";

const PATIENCE = 20000;

const begun = () => {
  if (!window.ELK) return undefined;
  let failed = () => {};
  const broken = new Promise((_, reject) => {
    failed = reject;
  });
  broken.catch(() => {});
  const workerFactory = () => {
    const worker = startWorker(["elk-worker"]);
    worker.addEventListener("error", () => failed(new Error("worker")));
    return worker;
  };
  return { elk: new window.ELK({ workerFactory }), broken };
};

let engine = begun();

const late = () => new Promise((_, reject) => setTimeout(() => reject(new Error("late")), PATIENCE));

/** ELK's answer; rows in the order written where it has none. */
const ask = async (graph) => {
  if (!engine) return rowsOf(graph);
  try {
    return await Promise.race([engine.elk.layout(structuredClone(graph)), engine.broken, late()]);
  } catch {
    engine = undefined;
    return rowsOf(graph);
  }
};

/** {boxes, routes} of a graph. */
export const layOut = (graph) => arrange(graph, measure, ask);

const pen = document.createElement("canvas").getContext("2d");
const widths = new Map();
const width = (text, font) => {
  const key = `${font}\n${text}`;
  if (!widths.has(key)) {
    pen.font = font;
    widths.set(key, pen.measureText(text).width);
  }
  return widths.get(key);
};

/** The size of an edge's label; null where it says nothing. */
export const measure = (edge) => {
  const { said, guard, who } = labelOf(edge, store.value);
  const lines = [said && width(said, "500 11px Inter, sans-serif"), guard && width(guard, "10.5px monospace"), who && width(who, "10.5px Inter, sans-serif")].filter(Boolean);
  return lines.length ? { width: Math.ceil(Math.max(...lines)) + 12, height: lines.length * 14 + 2 } : null;
};
