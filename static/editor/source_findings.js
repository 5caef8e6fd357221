// What the server found, at its lines: marks beside the text, and ways from the list to the place.
const LIST = "#findings";

const found = () =>
  [...document.querySelectorAll(`${LIST} li[data-line]`)].map((each) => ({
    row: Number(each.dataset.line) - 1,
    column: 0,
    type: each.dataset.severity === "error" ? "error" : "warning",
    text: each.querySelector("p")?.textContent ?? "",
  }));

/** Marks the lines of the findings that are in the list now. */
export const annotate = (editor) => {
  const last = editor.session.getLength() - 1;
  editor.session.setAnnotations(found().map((each) => ({ ...each, row: Math.max(0, Math.min(each.row, last)) })));
};

/** Calls `changed` whenever the list is another one, and `goTo(line)` where somebody chooses a
 *  line in it. */
export const watchFindings = (changed, goTo) => {
  // The list is put in the place of the one before, so what is around it is watched.
  const around = document.querySelector(LIST)?.parentElement;
  if (!around) return;
  new MutationObserver(changed).observe(around, { childList: true, subtree: true });
  around.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-go]");
    if (!link) return;
    event.preventDefault();
    goTo(Number(link.dataset.go));
  });
};
