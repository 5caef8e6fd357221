// Tells who changes a definition that somebody else has saved it meanwhile, before they save.
import { h, icon, t } from "./dom.js";
import { data, get } from "./page.js";
import { store } from "./store.js";

const EVERY = 20_000;
const field = document.querySelector("#editor input[name=tag]");
const mine = () => field?.value ?? store.tag;

let told = "";
let note;

const tell = ({ tag, by }) => {
  if (!tag || tag === mine() || tag === told) return;
  told = tag;
  note?.remove();
  note = h(
    "section",
    { class: "ol-note warn ol-text ol-top-gap", role: "status" },
    icon("alert"),
    h("div", {}, h("p", {}, t(by ? "start.meanwhile" : "start.meanwhile_published", { name: by ?? "" })), h("p", {}, h("a", { href: `${data.base}/differences`, target: "_blank", rel: "noopener" }, t("start.meanwhile_look")))),
  );
  document.querySelector(".ol-tabs")?.after(note);
};

const look = async () => {
  if (document.hidden || store.busy) return;
  const before = mine();
  const found = await get(`${data.base}/tag`).catch(() => undefined);
  // What was saved from here while it was asked is no news.
  if (found && before === mine() && !store.busy) tell(found);
};

store.addEventListener("saved", () => {
  if (store.tag === mine() && !store.refused) note?.remove();
});
addEventListener("focus", look);
setInterval(look, EVERY);
