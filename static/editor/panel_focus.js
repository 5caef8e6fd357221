// The focus stays where it was, whatever is made anew around it.

const named = (root, at, part) =>
  root.querySelector(`[data-at="${CSS.escape(at)}"][data-part="${CSS.escape(part)}"]`) ??
  root.querySelector(`[data-at="${CSS.escape(at)}"]`);

/** Remembers the focus inside `root`; the answer gives it back where it was lost. */
export const held = (root) => {
  const active = document.activeElement;
  if (!active || active === root || !root.contains(active)) return () => {};
  const { at = "", part = "" } = active.dataset;
  const around = active.closest("[data-path]")?.dataset.path ?? "";
  const marks = [active.selectionStart, active.selectionEnd];
  return () => {
    if (active.isConnected && document.activeElement === active) return;
    const found = (active.isConnected && !active.disabled && active) || (at && named(root, at, part)) || nearest(root, around);
    found?.focus();
    if (found?.setSelectionRange && typeof marks[0] === "number") mark(found, marks);
  };
};

const mark = (field, [start, end]) => {
  try {
    field.setSelectionRange(start, end);
  } catch {
    // A field of another type has no caret.
  }
};

const FOCUSABLE = "summary, input:not([disabled]), textarea:not([disabled]), select:not([disabled]), button:not([disabled])";

/** The first control of an element. */
export const first = (element) => (element?.matches?.(FOCUSABLE) ? element : element?.querySelector(FOCUSABLE));

const nearest = (root, path) => {
  const way = path.split(".");
  for (let length = way.length; length > 0; length -= 1) {
    const found = root.querySelector(`[data-path="${CSS.escape(way.slice(0, length).join("."))}"]`);
    if (found) return first(found);
  }
  return first(root);
};
