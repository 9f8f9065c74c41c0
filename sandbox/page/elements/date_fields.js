/** Fields for days, times of day, and moments in the zone of whoever fills them in. */

import { h } from "../core/dom.js";
import { zone } from "../core/state.js";
import { dayOf, minuteOf, momentOf, zoneName } from "../text/dates.js";
import { now } from "../core/clock.js";
import { icon } from "../widgets/icons.js";
import { calendar, dayWritten } from "../widgets/calendar.js";
import { combobox } from "../widgets/combobox.js";
import { float } from "../widgets/floating.js";

const STEP_MINUTES = 30;
const DAY_MINUTES = 24 * 60;
const TYPED_TIME = /^(\d{1,2})(?:[:.](\d{2}))?\s*([ap])?\.?(?:m\.?)?$/i;

/** Draws a date picker. */
export function datePicker(spot, surface, attributes) {
  return dayField(surface.value(spot), { ...hinted(spot, "Select a date"), ...attributes }, (day) =>
    surface.use(spot, day),
  );
}

/** Draws a time picker. */
export function timePicker(spot, surface, attributes) {
  return timeField(surface.value(spot), { ...hinted(spot, "Select a time"), ...attributes }, (minute) =>
    surface.use(spot, minute),
  );
}

/** Draws a picker for a day and a time; both are those of the reader's zone, which stands beside them. */
export function dateTimePicker(spot, surface, attributes) {
  const held = surface.value(spot);
  let day = held ? dayOf(held) : null;
  let minute = held ? minuteOf(held) : null;
  const { "aria-labelledby": label, "aria-describedby": description, ...rest } = attributes;

  function change() {
    return surface.use(spot, day && minute ? momentOf(day, minute) : null);
  }

  return h(
    "div",
    { class: "moment", role: "group", "aria-labelledby": label, "aria-describedby": description },
    dayField(day, { ...rest, "aria-label": "Date", placeholder: "Date" }, (next) => {
      day = next;
      return change();
    }),
    timeField(minute, { "aria-label": "Time", placeholder: "Time" }, (next) => {
      minute = next;
      return change();
    }),
    h("span", { class: "moment-zone", title: zone() }, zoneName(zone())),
  );
}

function hinted({ element }, otherwise) {
  return { placeholder: element.placeholder?.text ?? otherwise };
}

function dayField(day, attributes, onChange) {
  let chosen = day;
  let close = null;
  let month = null;
  const input = h("input", {
    type: "text",
    class: "day-field",
    autocomplete: "off",
    "aria-haspopup": "dialog",
    ...attributes,
    value: chosen ? dayWritten(chosen) : "",
    onclick: open,
    onkeydown: (event) => {
      if (event.key === "Escape" && close) close();
      else if (event.key === "Enter") typed();
      else if (event.key === "ArrowDown" || event.key === "ArrowUp") enter();
      else return;
      event.preventDefault();
      event.stopPropagation();
    },
    onblur: (event) => {
      if (!event.relatedTarget?.closest(".calendar")) typed();
    },
  });
  const box = h("span", { class: "day-box" }, icon("calendar"), input);
  return box;

  function open() {
    if (close) return;
    month = calendar(chosen ?? dayOf(now()), chosen, (next) => {
      leave();
      change(next);
    });
    month.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      event.stopPropagation();
      leave();
    });
    close = float(box, month, { onClose: () => (close = null) });
  }

  /** Goes into the calendar, where the arrow keys go from day to day. */
  function enter() {
    open();
    month.querySelector(".day[tabindex='0']").focus();
  }

  function leave() {
    close();
    input.focus();
  }

  function typed() {
    close?.();
    const next = parsedDay(input.value);
    if (next === undefined) show();
    else if (next !== chosen) change(next);
    else show();
  }

  async function change(next) {
    const before = chosen;
    chosen = next;
    show();
    if ((await onChange(next)) === false) {
      chosen = before;
      show();
    }
  }

  function show() {
    input.value = chosen ? dayWritten(chosen) : "";
  }
}

/** Reads a day as people type it: `2026-03-06`, `Mar 6, 2026`, `tomorrow`; null for nothing, undefined for nonsense. */
function parsedDay(text) {
  const typed = text.trim().toLowerCase();
  if (!typed) return null;
  const near = { today: 0, tomorrow: 1, yesterday: -1 }[typed];
  if (near !== undefined) return dayOf(now() + near * DAY_MINUTES * 60);
  if (/^\d{4}-\d{2}-\d{2}$/.test(typed)) return Number.isNaN(Date.parse(typed)) ? undefined : typed;
  const parsed = new Date(`${typed} UTC`);
  return Number.isNaN(parsed.valueOf()) ? undefined : parsed.toISOString().slice(0, 10);
}

function timeField(minute, attributes, onChange) {
  const { placeholder, ...rest } = attributes;
  return combobox({
    find: (query) => {
      const typed = timeTyped(query);
      const near = typed ? [typed, ...TIMES.filter(({ key }) => key !== typed.key)] : TIMES;
      return { groups: [{ entries: near }] };
    },
    chosen: minute ? [timeEntry(minute)] : [],
    placeholder,
    attributes: { ...rest, class: "time-field" },
    free: timeTyped,
    onChange: ([entry]) => onChange(entry?.value ?? null),
  });
}

const TIMES = Array.from({ length: DAY_MINUTES / STEP_MINUTES }, (_, at) => {
  const minutes = at * STEP_MINUTES;
  return timeEntry(`${padded(Math.floor(minutes / 60))}:${padded(minutes % 60)}`);
});

function timeEntry(minute) {
  const [hour, rest] = minute.split(":");
  const text = `${Number(hour) % 12 || 12}:${rest} ${hour < "12" ? "AM" : "PM"}`;
  return { key: minute, value: minute, text };
}

/** Reads a time as people type it: `16:30`, `4:30 pm`, `9`; null for nonsense. */
function timeTyped(text) {
  const match = TYPED_TIME.exec(text.trim());
  if (!match) return null;
  const [, hour, minute = "00", half] = match;
  const hours = half ? (Number(hour) % 12) + (half.toLowerCase() === "p" ? 12 : 0) : Number(hour);
  return hours < 24 && minute < "60" ? timeEntry(`${padded(hours)}:${minute}`) : null;
}

function padded(number) {
  return String(number).padStart(2, "0");
}
