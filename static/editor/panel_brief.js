// A value in a few words, for what is folded.
import { choose, t } from "./dom.js";
import { typeOf } from "./panel_schema.js";

const MOST = 80;
const NAMES = ["title", "name", "id", "step", "field", "section", "label"];

const short = (text) => (text.length > MOST ? `${text.slice(0, MOST)}…` : text);

const ofMap = (value) => {
  const name = NAMES.map((key) => choose(value[key])).find((each) => each);
  if (name) return name;
  const keys = Object.keys(value);
  if (keys.length === 0) return t("panel.empty");
  const [key] = keys;
  const first = ["string", "number", "boolean"].includes(typeOf(value[key])) ? `${key}: ${value[key]}` : key;
  return [first, ...keys.slice(1, 5)].join(", ");
};

/** What stands beside a fold. */
export const brief = (value) => {
  const type = typeOf(value);
  if (value === undefined || value === null) return "";
  if (type === "array") return value.length && value.every((each) => typeof each === "string") ? short(value.join(", ")) : t("panel.entries", { count: value.length });
  if (type === "object") return short(ofMap(value));
  return short(String(value));
};
