/** A month to choose a day from. Days are `2026-03-06`, and all arithmetic is in UTC, where no day is short. */

import { fill, h } from "../core/dom.js";
import { dayOf } from "../text/dates.js";
import { now } from "../core/clock.js";
import { icon } from "./icons.js";

const DAY_MS = 86_400_000;
const WEEKDAYS = ["Su", "Mo", "Tu", "We", "Th", "Fr", "Sa"];
const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

/** Draws the month of `shown`, with `chosen` marked, and goes from month to month by itself. */
export function calendar(shown, chosen, onChoose) {
  const box = h("div", { class: "calendar", role: "dialog", "aria-label": "Choose a date", onkeydown: press });
  let cursor = shown;
  draw();
  return box;

  function draw() {
    const [year, month] = cursor.split("-").map(Number);
    const first = new Date(Date.UTC(year, month - 1, 1));
    const blanks = Array.from({ length: first.getUTCDay() }, () => h("span"));
    const count = new Date(Date.UTC(year, month, 0)).getUTCDate();
    const days = Array.from({ length: count }, (_, at) => iso(first.valueOf() + at * DAY_MS));
    fill(
      box,
      h(
        "div",
        { class: "calendar-head" },
        turn(-1, "Previous month", "back"),
        h("b", { "aria-live": "polite" }, formatted(cursor, { month: "long", year: "numeric" })),
        turn(1, "Next month", "forward"),
      ),
      h(
        "div",
        { class: "calendar-days" },
        WEEKDAYS.map((name) => h("i", { "aria-hidden": "true" }, name)),
        blanks,
        days.map(cell),
      ),
    );
  }

  function turn(by, label, picture) {
    const onclick = () => moveMonth(by);
    return h("button", { type: "button", class: "icon-button", "aria-label": label, onclick }, icon(picture));
  }

  function cell(day) {
    return h(
      "button",
      {
        type: "button",
        class: day === dayOf(now()) ? "day today" : "day",
        tabindex: day === cursor ? 0 : -1,
        "aria-label": formatted(day, { weekday: "long", month: "long", day: "numeric", year: "numeric" }),
        "aria-pressed": String(day === chosen),
        dataset: { day },
        onclick: () => onChoose(day),
      },
      String(Number(day.slice(-2))),
    );
  }

  function moveMonth(by) {
    const [year, month, day] = cursor.split("-").map(Number);
    const last = new Date(Date.UTC(year, month + by, 0)).getUTCDate();
    cursor = iso(Date.UTC(year, month - 1 + by, Math.min(day, last)));
    draw();
  }

  function press(event) {
    if (event.key in STEPS && event.target.dataset.day) {
      cursor = iso(Date.parse(event.target.dataset.day) + STEPS[event.key] * DAY_MS);
      draw();
    } else if (event.key === "PageUp" || event.key === "PageDown") {
      moveMonth(event.key === "PageUp" ? -1 : 1);
    } else {
      return;
    }
    event.preventDefault();
    box.querySelector(`[data-day="${cursor}"]`)?.focus();
  }
}

/** Writes a day as `Mar 6, 2026`. */
export function dayWritten(day) {
  return formatted(day, { month: "short", day: "numeric", year: "numeric" });
}

function formatted(day, options) {
  return new Intl.DateTimeFormat("en-US", { ...options, timeZone: "UTC" }).format(Date.parse(day));
}

function iso(milliseconds) {
  return new Date(milliseconds).toISOString().slice(0, 10);
}
