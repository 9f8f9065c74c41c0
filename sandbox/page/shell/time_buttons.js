/** Letting time pass: two buttons in the bar, and one with a menu where there is little room. */

import { act } from "../core/api.js";
import { now, tick } from "../core/clock.js";
import { change, fill, h } from "../core/dom.js";
import { effect, signal } from "../core/signals.js";
import { icon } from "../widgets/icons.js";
import { openMenu } from "../widgets/menu.js";
import { attempt } from "../widgets/toasts.js";

const LENGTHS = [
  { text: "+15 min", label: "Let 15 minutes pass", seconds: 15 * 60, each: 60, unit: "min" },
  { text: "+1 day", label: "Let a day pass", seconds: 24 * 60 * 60, each: 60 * 60, unit: "hours" },
];

/** The length that is under way, and when it began: what is due on the way happens at its time, so a day takes a moment. */
const passing = signal(null);

async function pass(length) {
  passing.value = { length, from: now() };
  await attempt(() => act("forward", { seconds: length.seconds }));
  passing.value = null;
}

/** Returns how far a length has passed: "3 of 24 hours". */
function progress({ length: { seconds, each, unit }, from }) {
  const passed = Math.min(Math.max(now() - from, 0), seconds);
  return `${Math.floor(passed / each)} of ${seconds / each} ${unit}`;
}

/** Draws the buttons. */
export function timeButtons() {
  return LENGTHS.map((length) => {
    const { text, label } = length;
    const words = h("span", {}, text);
    const button = h(
      "button",
      { type: "button", class: "topbar-button time-button", title: label, onclick: () => pass(length) },
      words,
      h("span", { class: "unseen" }, `: ${label}`),
    );
    effect(() => {
      tick.value;
      change(button, busy());
      fill(words, passing.value?.length === length ? progress(passing.value) : text);
    });
    return button;
  });
}

/** Draws the one button for both. */
export function timeMenu() {
  const items = LENGTHS.map((length) => ({ label: length.label, run: () => pass(length) }));
  const node = h(
    "button",
    {
      type: "button",
      class: "topbar-button time-menu",
      "aria-label": "Let time pass",
      "aria-haspopup": "menu",
      "aria-expanded": "false",
      title: "Let time pass",
      onclick: () => openMenu(node, items, { label: "Let time pass" }),
    },
    icon("clock"),
  );
  effect(() => {
    tick.value;
    change(node, { ...busy(), title: passing.value ? progress(passing.value) : "Let time pass" });
  });
  return node;
}

function busy() {
  const isBusy = passing.value !== null;
  return { disabled: isBusy, "aria-busy": isBusy && "true" };
}
