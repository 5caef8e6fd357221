// The designer of what a bundle says of itself: what it is, its roles, the people to play with.
import { castView } from "./bundle_cast.js";
import { rolesView } from "./bundle_roles.js";
import { panel } from "./panel.js";
import { placeOf } from "./panel_place.js";
import { loadSchema } from "./panel_schema.js";
import { store } from "./store.js";

const ABOUT = ["title", "description", "languages", "zone", "calendar", "owner", "tags"];
const ROWS = ["roles", "cast"];
const isRows = (key) => store.value[key] === undefined || (store.value[key] !== null && typeof store.value[key] === "object" && !Array.isArray(store.value[key]));

/** Rows for a map; as long as there stands something else, what the panel makes of it. */
class Part {
  constructor(key, make) {
    this.key = key;
    this.place = document.getElementById(`bundle-${key}`);
    this.rows = make();
    this.plain = panel([key]);
    this.look();
    store.addEventListener("changed", () => this.look());
  }

  look() {
    const wanted = isRows(this.key) ? this.rows.element : this.plain;
    if (this.place.firstElementChild !== wanted) this.place.replaceChildren(wanted);
  }

  show(path) {
    return (isRows(this.key) ? this.rows : this.plain).show(path);
  }
}

const place = document.getElementById("bundle-about");
if (place) {
  const about = panel([], { only: ABOUT });
  const others = panel([], { skip: [...ABOUT, ...ROWS] });
  place.replaceChildren(about);
  document.getElementById("bundle-others").replaceChildren(others);
  const own = () => {
    document.getElementById("bundle-more").hidden = Object.keys(store.value).every((key) => [...ABOUT, ...ROWS, "bundle"].includes(key));
  };
  own();
  store.addEventListener("changed", own);
  loadSchema().then(() => {
    const parts = { roles: new Part("roles", rolesView), cast: new Part("cast", castView) };
    document.addEventListener("design:show", (event) => {
      const path = placeOf(event.detail.path, store.value);
      const there = parts[path[0]] ?? (ABOUT.includes(path[0]) ? about : others);
      there.show(path);
    });
    place.closest("[data-bundle]").dataset.ready = "";
  });
}
