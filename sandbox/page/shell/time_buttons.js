/** Letting time pass: two buttons in the bar, and one with a menu where there is little room. */

import { act } from "../core/api.js";
import { change, h } from "../core/dom.js";
import { effect, signal } from "../core/signals.js";
import { icon } from "../widgets/icons.js";
import { openMenu } from "../widgets/menu.js";
import { attempt } from "../widgets/toasts.js";

const LENGTHS = [
  { text: "+15 min", label: "Let 15 minutes pass", seconds: 15 * 60 },
  { text: "+1 day", label: "Let a day pass", seconds: 24 * 60 * 60 },
];

/** How many are under way: what is due on the way happens at its time, so a day takes a moment. */
const passing = signal(0);

async function pass(seconds) {
  passing.value += 1;
  await attempt(() => act("forward", { seconds }));
  passing.value -= 1;
}

/** Draws the buttons. */
export function timeButtons() {
  const buttons = LENGTHS.map(({ text, label, seconds }) =>
    h(
      "button",
      { type: "button", class: "topbar-button time-button", title: label, onclick: () => pass(seconds) },
      text,
      h("span", { class: "unseen" }, `: ${label}`),
    ),
  );
  effect(() => buttons.forEach((button) => change(button, busy())));
  return buttons;
}

/** Draws the one button for both. */
export function timeMenu() {
  const items = LENGTHS.map(({ label, seconds }) => ({ label, run: () => pass(seconds) }));
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
  effect(() => change(node, busy()));
  return node;
}

function busy() {
  const isBusy = passing.value > 0;
  return { disabled: isBusy, "aria-busy": isBusy && "true" };
}
