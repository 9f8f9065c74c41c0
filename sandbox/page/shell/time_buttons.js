/** Letting time pass: two buttons in the bar, and one with a menu where there is little room. */

import { act } from "../core/api.js";
import { now, passing, tick } from "../core/clock.js";
import { change, fill, h } from "../core/dom.js";
import { effect, signal } from "../core/signals.js";
import { icon } from "../widgets/icons.js";
import { openMenu } from "../widgets/menu.js";
import { attempt } from "../widgets/toasts.js";

const LENGTHS = [
  { text: "+15 min", label: "Let 15 minutes pass", seconds: 15 * 60, each: 60, unit: "min" },
  { text: "+1 day", label: "Let a day pass", seconds: 24 * 60 * 60, each: 60 * 60, unit: "hours" },
];

/** The length that was pressed here, until it has passed: a second press waits for the first. */
const pressed = signal(null);

async function pass(length) {
  pressed.value = length;
  await attempt(() => act("forward", { seconds: length.seconds }));
  pressed.value = null;
}

/** Returns the length that is under way, here or in another window; what is due on the way takes a moment. */
function underWay() {
  const { since, until } = passing.value ?? {};
  const started = passing.value && LENGTHS.findLast(({ seconds }) => seconds <= Math.round(until - since));
  return started ?? pressed.value;
}

/** Returns how far a length has passed: "3 of 24 hours". */
function progress(length) {
  const [done, whole] = parts(length);
  return `${done} of ${whole} ${length.unit}`;
}

/** Returns how many parts of a length have passed, and of how many. */
function parts({ seconds, each }) {
  const { since, until } = passing.value ?? { since: now(), until: now() + seconds };
  const whole = Math.round((until - since) / each);
  return [Math.floor(Math.min(Math.max(now() - since, 0) / each, whole)), whole];
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
      fill(words, underWay() === length ? progress(length) : text);
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
  );
  effect(() => {
    tick.value;
    const length = underWay();
    const label = length ? progress(length) : "Let time pass";
    change(node, { ...busy(), title: label, "aria-label": label });
    fill(node, icon("clock"), length && h("span", { class: "time-passed" }, parts(length).join("/")));
  });
  return node;
}

function busy() {
  const isBusy = passing.value !== null || pressed.value !== null;
  return { disabled: isBusy, "aria-busy": isBusy && "true" };
}
