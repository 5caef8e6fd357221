// Elements and their text. What a definition says becomes text only, never markup.
import { words } from "./page.js";

/** An element: attributes, `on…` listeners, properties after a dot (`.value`), children. */
export const h = (name, attributes = {}, ...children) => {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key.startsWith(".")) element[key.slice(1)] = value;
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat().filter((each) => each !== null && each !== undefined));
  return element;
};

/** An icon of the page's set; it says nothing to a screen reader. */
export const icon = (name, small = false) => {
  const found = document.querySelector(`#design-icons template[data-icon="${CSS.escape(name)}"]`);
  const made = found ? found.content.firstElementChild.cloneNode(true) : h("span");
  if (small) made.classList.add("s");
  return made;
};

/** A sentence in the person's language; `{name}` becomes the value. */
export const t = (key, params = {}) =>
  (words[key] ?? key).replace(/\{(\w+)\}/g, (all, name) => String(params[name] ?? all));

/** Says something to a screen reader. */
export const say = (text) => put("design-said", text);

/** Says what the server answered to something tried: in a place of its own, because it comes when it
 *  comes, and what was just said (that the draft is saved) must not be taken away by it. */
export const sayAnswer = (text) => put("design-answered", text);

const put = (id, text) => {
  const place = document.getElementById(id);
  if (place) place.textContent = text;
};

/** A text for people (a string, or a map of languages) in this person's language. */
export const choose = (text) => {
  if (typeof text === "string") return text;
  if (!text || typeof text !== "object") return "";
  return text[document.documentElement.lang] ?? Object.values(text)[0] ?? "";
};
