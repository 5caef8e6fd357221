// The place that a finding names: its keys joined by dots, which keys may have themselves.

/** Path as keys and places of `value`; what is not there stays as it is written. */
export const placeOf = (text, value) => {
  const found = [];
  let rest = String(text ?? "") === "" ? [] : String(text).split(".");
  let here = value;
  while (rest.length) {
    const [key, length] = keyOf(rest, here);
    found.push(key);
    here = here?.[key];
    rest = rest.slice(length);
  }
  return found;
};

const keyOf = (rest, here) => {
  if (Array.isArray(here) && /^\d+$/.test(rest[0])) return [Number(rest[0]), 1];
  if (here === null || typeof here !== "object") return [rest[0], 1];
  for (let length = rest.length; length > 0; length -= 1) {
    const key = rest.slice(0, length).join(".");
    if (Object.hasOwn(here, key)) return [key, length];
  }
  return [rest[0], 1];
};
