// The designer of a kind that has none of its own: every field of its schema.
import { panel } from "./panel.js";
import { placeOf } from "./panel_place.js";
import { store } from "./store.js";

const place = document.getElementById("design-fields");
if (place) {
  const fields = panel([]);
  place.append(fields);
  document.addEventListener("design:show", (event) => fields.show(placeOf(event.detail.path, store.value)));
}
