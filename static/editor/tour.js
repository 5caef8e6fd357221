// A short tour of the editor: a few places with what they are for. It begins by itself after
// somebody has begun a process, until it was closed once; the button in the bar shows it again.
import { h, icon, t } from "./dom.js";

const KEPT = "orderloom.tour";
const around = document.querySelector(".ol-design");
const bar = around?.querySelector(".ol-head .acts");

const place = () => {
  const after = [...around.children].slice([...around.children].findIndex((each) => each.matches(".ol-tabs")) + 1);
  return after.find((each) => !each.matches("noscript, .ol-note, [hidden]") && each.getBoundingClientRect().height > 0);
};
const STEPS = [
  ["draft", () => around.querySelector("h1")],
  ["views", () => around.querySelector(".ol-tabs")],
  ["place", place],
  ["findings", () => document.getElementById("h-findings")?.closest("section")],
  ["save", () => bar.querySelector(".btn-primary") ?? bar],
];

const seen = () => {
  try {
    return localStorage.getItem(KEPT) === "1";
  } catch {
    return false;
  }
};
const remember = () => {
  try {
    localStorage.setItem(KEPT, "1");
  } catch {
    // Without a store it may come again.
  }
};

let step = -1;
let box;
const button = h("button", { type: "button", class: "btn btn-icon", "aria-label": t("start.tour"), title: t("start.tour"), onclick: () => go(0) }, icon("flag"));

const clear = () => {
  document.querySelector(".ol-toured")?.classList.remove("ol-toured");
  box?.remove();
};

const close = () => {
  clear();
  step = -1;
  remember();
  button.focus();
};

const shown = () => STEPS.filter(([, find]) => find());

const go = (next) => {
  const steps = shown();
  if (next < 0 || next >= steps.length) return close();
  clear();
  step = next;
  const [key, find] = steps[step];
  const target = find();
  target.classList.add("ol-toured");
  target.scrollIntoView({ block: key === "place" ? "start" : "center", behavior: "instant" });
  const last = step === steps.length - 1;
  const forward = h("button", { type: "button", class: "btn btn-primary btn-sm", onclick: () => go(step + 1) }, t(last ? "start.tour_end" : "start.tour_next"));
  const back = step > 0 ? h("button", { type: "button", class: "btn btn-sm", onclick: () => go(step - 1) }, t("start.tour_back")) : null;
  box = h(
    "section",
    { class: "ol-tour", role: "dialog", "aria-labelledby": "tour-h", "aria-describedby": "tour-text", onkeydown: (event) => event.key === "Escape" && close() },
    h("div", { class: "row-x" }, h("h2", { id: "tour-h" }, t("start.tour_title", { step: step + 1, steps: steps.length })), h("button", { type: "button", class: "btn btn-quiet btn-icon end", "aria-label": t("start.tour_close"), onclick: close }, icon("x", true))),
    h("p", { id: "tour-text" }, t(`start.tour_parts.${key}`)),
    h("div", { class: "ol-acts" }, back, forward),
  );
  around.append(box);
  put(target);
  forward.focus({ preventScroll: true });
};

/** Beside its place where there is room, within the window always. */
const put = (target) => {
  const there = target.getBoundingClientRect();
  const mine = box.getBoundingClientRect();
  const below = there.bottom + 10;
  const top = below + mine.height < innerHeight ? below : Math.max(10, Math.min(there.top - mine.height - 10, innerHeight - mine.height - 10));
  box.style.top = `${top < 10 ? 10 : top}px`;
  box.style.left = `${Math.max(10, Math.min(there.left, innerWidth - mine.width - 10))}px`;
};

if (around && bar) {
  bar.prepend(button);
  addEventListener("resize", () => step >= 0 && put(shown()[step][1]()));
  if (new URLSearchParams(location.search).has("tour") && !seen()) go(0);
}
