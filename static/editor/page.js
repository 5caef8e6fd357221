// What the server wrote into the page.
import { parse } from "./exact.js";

const read = (id) => parse(document.getElementById(id)?.textContent || "{}");

/** {kind, id, bundle, base, tag, saved, version, value, mayWrite, findings}. */
export const data = read("design-data");
export const words = read("design-words");
export const csrf = document.querySelector('meta[name="csrf"]')?.content ?? "";

/** Posts fields as a form of this page would; answers with {status, body}. */
export const post = async (path, fields) => {
  const response = await fetch(path, {
    method: "POST",
    headers: { "X-CSRF-Token": csrf, Accept: "application/json" },
    body: new URLSearchParams(fields),
  });
  return { status: response.status, body: parse((await response.text()) || "{}") };
};

/** Gets JSON; undefined where there is none. */
export const get = async (path) => {
  const response = await fetch(path, { headers: { Accept: "application/json" } });
  return response.ok ? parse(await response.text()) : undefined;
};
