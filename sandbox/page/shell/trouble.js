/** Trouble on demand: how an app behaves when Slack does not. */

import { fill, h } from "../core/dom.js";
import { addFault, faults, refreshFaults, removeFault } from "../core/faults.js";
import { effect } from "../core/signals.js";
import { icon } from "../widgets/icons.js";
import { openMenu } from "../widgets/menu.js";
import { attempt } from "../widgets/toasts.js";

const CHOICES = [
  "Calls of the app",
  ["Slow from now on", "1 to 2 seconds each", { kind: "latency", method: "*", ms: 1500, spread: 500 }],
  ["Rate-limited once", "429 with Retry-After: 5", { kind: "ratelimited", method: "*", retry_after: 5, times: 1 }],
  ["Failed once", "HTTP status 500", { kind: "status", method: "*", status: 500, times: 1 }],
  ["Answer lost once", "Done, but the app never hears of it", { kind: "lost", method: "*", times: 1 }],
  "Deliveries to the app",
  ["Late once", "After 4 seconds", { kind: "latency", delivery: "*", ms: 4000, times: 1 }],
  ["Twice", "The next one comes again", { kind: "duplicate", delivery: "*", times: 1 }],
  ["Refused once", "The app is not reached", { kind: "refuse", delivery: "*", times: 1 }],
  ["Connections dropped", "Every socket, now", { kind: "disconnect" }],
];

/** Draws the button that asks for trouble, and what is in force. */
export function trouble() {
  const button = h(
    "button",
    {
      type: "button",
      class: "button",
      "aria-haspopup": "menu",
      "aria-expanded": "false",
      onclick: () => openMenu(button, CHOICES.map(item), { label: "Trouble" }),
    },
    icon("bolt"),
    "Trouble",
  );
  const active = h("ul", { class: "faults", "aria-label": "Trouble in force" });
  effect(() => fill(active, faults.value.map(fault)));
  attempt(refreshFaults);
  return [button, active];
}

function item(choice) {
  if (typeof choice === "string") return choice;
  const [label, detail, wanted] = choice;
  return { label, detail, run: () => attempt(() => addFault(wanted)) };
}

function fault({ id, kind, method, delivery, times }) {
  const whom = method ? `calls ${method}` : `deliveries ${delivery}`;
  const words = `${whom}: ${kind}${times ? ` ×${times}` : ""}`;
  const remove = { type: "button", "aria-label": `Take back ${words}`, onclick: () => attempt(() => removeFault(id)) };
  return h("li", { class: "token" }, words, h("button", remove, icon("close")));
}
