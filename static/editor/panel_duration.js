// A duration as people say it: `PT8H` is eight hours, `2 working days` two days of working time.
import { t } from "./dom.js";

const ISO = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;
const WORKING = /^(\d+) working (minute|hour|day)s?$/;
const UNITS = ["year", "month", "day", "hour", "minute", "second"];

const said = (number, unit) =>
  new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit, unitDisplay: "long" }).format(Number(number));

/** The words; empty where it is no duration. */
export const durationWords = (text) => {
  const working = text.match(WORKING);
  if (working) return t("panel.working", { span: said(working[1], working[2]) });
  const parts = (text.match(ISO) ?? []).slice(1).map((number, n) => (number ? said(number, UNITS[n]) : "")).filter(Boolean);
  return new Intl.ListFormat(document.documentElement.lang, { type: "unit" }).format(parts);
};
