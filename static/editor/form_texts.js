// Every text of a form for people, by language: one string, or a map where there is a second one.
import { store } from "./store.js";
import { allFields, choicesOf, isMap, lastOf, schemaOf } from "./form_schema.js";
import { containers, fieldOf, changePlaced } from "./form_layout.js";

/** A text with another language changed; `main`: the bundle's first, which a string is in. */
export const withText = (old, language, text, main) => {
  if (typeof old === "string" && language === main) return text === "" ? undefined : text;
  const map = typeof old === "string" ? { [main]: old } : isMap(old) ? { ...old } : {};
  if (text === "") delete map[language];
  else map[language] = text;
  const keys = Object.keys(map);
  if (!keys.length) return undefined;
  return keys.length === 1 && keys[0] === main ? map[main] : map;
};

/** A text in one language; empty where it has none. */
export const textIn = (text, language, main) => {
  if (typeof text === "string") return language === main ? text : "";
  return isMap(text) && typeof text[language] === "string" ? text[language] : "";
};

const labelsOf = (value) => (isMap(value.labels) ? value.labels : {});

/** The label of a field as it is written: its own, the one of its last name, the schema's title. */
export const labelOf = (value, path) => {
  const labels = labelsOf(value);
  return labels[path] ?? labels[lastOf(path)] ?? schemaOf(value, path).title;
};

const putIn = (value, key, text) => {
  if (!isMap(value.labels)) value.labels = {};
  if (text === undefined) delete value.labels[key];
  else value.labels[key] = text;
  if (!Object.keys(value.labels).length) delete value.labels;
};

/** Changes the label of a field. */
export const setLabel = (value, path, language, text, main) => {
  const labels = labelsOf(value);
  const schema = schemaOf(value, path);
  if (labels[path] === undefined && typeof schema.title === "string" && language === main) {
    if (text === "") delete schema.title;
    else schema.title = text;
    return;
  }
  putIn(value, path, withText(labelOf(value, path), language, text, main));
};

const choiceKey = (path, choice) => `${path}=${choice}`;

/** What a choice is called, as it is written. */
export const choiceLabel = (value, path, choice) => {
  const labels = labelsOf(value);
  return labels[choiceKey(path, choice)] ?? labels[choiceKey(lastOf(path), choice)];
};

export const setChoiceLabel = (value, path, choice, language, text, main) =>
  putIn(value, choiceKey(path, choice), withText(choiceLabel(value, path, choice), language, text, main));

const choicesAt = (schema) => choicesOf(schema) ?? choicesOf(isMap(schema.items) ? schema.items : {}) ?? [];

/** Every text: {key, about, name, read(value), write(value, language, text, main)}. */
export const textsOf = (value) => {
  const found = [{ key: "title", about: "title", name: "", read: (whole) => whole.title, write: writeAt(["title"]) }];
  for (const { place, list, kind, part } of containers(value)) {
    if (kind === "section" || kind === "tab") found.push(heading([...place.slice(0, -1), kind], kind, part[kind]));
    list.forEach((each, n) => {
      const path = fieldOf(each);
      if (isMap(each) && each.hint !== undefined && path !== undefined) found.push(hint([...place, n], path));
    });
  }
  for (const path of allFields(value)) {
    found.push({
      key: `label/${path}`,
      about: "label",
      name: path,
      read: (whole) => labelOf(whole, path),
      write: (whole, language, text, main) => setLabel(whole, path, language, text, main),
    });
    for (const choice of choicesAt(schemaOf(value, path))) {
      if (choice === null || typeof choice === "boolean") continue;
      found.push({
        key: `choice/${path}=${choice}`,
        about: "choice",
        name: `${path} = ${choice}`,
        read: (whole) => choiceLabel(whole, path, choice),
        write: (whole, language, text, main) => setChoiceLabel(whole, path, choice, language, text, main),
      });
    }
  }
  return found;
};

const writeAt = (place) => (value, language, text, main) => {
  const inner = place.slice(0, -1).reduce((each, key) => each[key], value);
  // A form needs its title, a section its heading: the last text stays, though empty.
  inner[place.at(-1)] = withText(inner[place.at(-1)], language, text, main) ?? "";
};

const heading = (place, about, text) => ({
  key: place.join("/"),
  about,
  name: typeof text === "string" ? text : "",
  read: (value) => place.reduce((each, key) => each?.[key], value),
  write: writeAt(place),
});

const hint = (place, path) => ({
  key: `${place.join("/")}/hint`,
  about: "hint",
  name: path,
  read: (value) => place.reduce((each, key) => each?.[key], value)?.hint,
  write: (value, language, text, main) =>
    changePlaced(value, place, (part) => {
      part.hint = withText(part.hint, language, text, main);
    }),
});

/** Languages in which a text is missing; none of a text that nobody wrote and nobody must. */
export const missingIn = (text, languages, main) => languages.filter((each) => !textIn(text, each, main).trim());

/** Types a text: what follows in the same field is one step. */
export const typeText = (entry, language, text, main) =>
  store.change((value) => entry.write(value, language, text, main), { merge: `text/${entry.key}/${language}` });
