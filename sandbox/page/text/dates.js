/**
 * Dates as Slack writes them: the tokens of `<!date^…>`, in the zone of whoever reads.
 *
 * Source of the formats: "Date formatting" in Slack's guide to formatting text for app surfaces.
 */

import { now, tick } from "../core/clock.js";
import { h } from "../core/dom.js";
import { effect } from "../core/signals.js";
import { zone } from "../core/state.js";

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const QUARTER = 15 * MINUTE;
const HALF_A_YEAR = 182 * DAY;

/** What each token becomes; `at` is in Unix seconds. */
const TOKENS = {
  date_num: (at) => `${part(at, "year")}-${part(at, "month", "2-digit")}-${part(at, "day", "2-digit")}`,
  date_slash: (at) => `${part(at, "month", "2-digit")}/${part(at, "day", "2-digit")}/${part(at, "year")}`,
  date: (at) => monthAndDay(at) + (isNear(at) ? "" : `, ${part(at, "year")}`),
  date_short: (at) => formatted(at, { month: "short", day: "numeric", year: "numeric" }),
  date_long: (at) => `${part(at, "weekday")}, ${monthAndDay(at)}, ${part(at, "year")}`,
  date_long_full: (at) => formatted(at, { weekday: "long", month: "long", day: "numeric", year: "numeric" }),
  time: (at) => formatted(at, { hour: "numeric", minute: "2-digit" }),
  time_secs: (at) => formatted(at, { hour: "numeric", minute: "2-digit", second: "2-digit" }),
  ago: distance,
  date_pretty: (at) => relativeDay(at) ?? TOKENS.date(at),
  date_short_pretty: (at) => relativeDay(at) ?? TOKENS.date_short(at),
  date_long_pretty: (at) => relativeDay(at) ?? TOKENS.date_long(at),
  day_divider_pretty: (at) => relativeDay(at) ?? `${part(at, "weekday")}, ${TOKENS.date(at)}`,
};

/** Writes a moment by a format with tokens. */
export function written(at, format) {
  return format.replace(/\{(\w+)\}/g, (token, name) => TOKENS[name]?.(at) ?? token);
}

/**
 * Returns a `<time>` that shows a moment and is kept current; its title tells the moment in full. Where it `begins` a
 * line, it begins with a capital: "Today at 4:30 PM".
 */
export function time(at, format, { begins = false, ...properties } = {}) {
  const node = h("time", {
    ...properties,
    datetime: new Date(at * 1000).toISOString(),
    dataset: { at, format, begins: begins ? "line" : "" },
    title: written(at, "{date_long} at {time_secs}"),
  });
  show(node);
  return node;
}

/** Returns the day of a moment as `2026-03-06`, in the reader's zone. */
export function dayOf(at) {
  const key = `${zone()} ${Math.floor(at / QUARTER)}`; // No zone changes its offset within a quarter of an hour.
  if (!days.has(key)) days.set(key, TOKENS.date_num(at));
  return days.get(key);
}

/** Returns the time of day of a moment as `16:30`, in the reader's zone. */
export function minuteOf(at) {
  return formatted(at, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

/** Returns the Unix seconds at which a clock in the reader's zone shows this day and minute. */
export function momentOf(day, minute) {
  const wanted = Date.parse(`${day}T${minute}Z`) / 1000;
  let at = wanted;
  for (let step = 0; step < 2; step += 1) at += wanted - Date.parse(`${dayOf(at)}T${minuteOf(at)}Z`) / 1000;
  return at;
}

/** Returns the time of day somewhere else. */
export function timeIn(timeZone) {
  return formatted(now(), { hour: "numeric", minute: "2-digit" }, timeZone);
}

/** Returns the short name of a zone at present, as `GMT+1` or `EST`. */
export function zoneName(timeZone) {
  const format = formatter({ timeZoneName: "short" }, timeZone);
  return format.formatToParts(now() * 1000).find(({ type }) => type === "timeZoneName").value;
}

effect(() => {
  tick.value;
  document.querySelectorAll("time[data-format]").forEach(show);
});

function show(node) {
  const { at, format, begins } = node.dataset;
  const text = written(Number(at), format);
  const shown = begins && format.startsWith("{") ? text.charAt(0).toUpperCase() + text.slice(1) : text;
  if (node.textContent !== shown) node.textContent = shown;
}

function distance(at) {
  const seconds = at - now();
  const [unit, length] = [
    ["year", 365 * DAY],
    ["month", 30 * DAY],
    ["day", DAY],
    ["hour", HOUR],
    ["minute", MINUTE],
  ].find(([, size]) => Math.abs(seconds) >= size) ?? ["second", 1];
  const count = Math.trunc(seconds / length);
  if (unit === "second") return seconds > 0 ? "in less than a minute" : "just now";
  return new Intl.RelativeTimeFormat("en-US").format(count, unit);
}

function relativeDay(at) {
  const days = Math.round((Date.parse(dayOf(at)) - Date.parse(dayOf(now()))) / 1000 / DAY);
  return { "-1": "yesterday", 0: "today", 1: "tomorrow" }[days];
}

function isNear(at) {
  return Math.abs(at - now()) < HALF_A_YEAR;
}

function monthAndDay(at) {
  return `${part(at, "month")} ${ordinal(Number(part(at, "day", "numeric")))}`;
}

function ordinal(number) {
  const ending = { one: "st", two: "nd", few: "rd", other: "th" };
  return number + ending[new Intl.PluralRules("en-US", { type: "ordinal" }).select(number)];
}

function part(at, name, style = { year: "numeric", month: "long", weekday: "long" }[name]) {
  const { value } = formatter({ [name]: style }, zone())
    .formatToParts(at * 1000)
    .find(({ type }) => type === name);
  return style === "2-digit" ? value.padStart(2, "0") : value;
}

function formatted(at, options, timeZone = zone()) {
  // The space before AM and PM is a narrow no-break space in newer data; Slack writes a plain one.
  return formatter(options, timeZone)
    .format(at * 1000)
    .replace(/\u202f/g, " ");
}

const days = new Map();
const formatters = new Map();

function formatter(options, timeZone) {
  const key = JSON.stringify([options, timeZone]);
  if (!formatters.has(key)) formatters.set(key, new Intl.DateTimeFormat("en-US", { ...options, timeZone }));
  return formatters.get(key);
}
