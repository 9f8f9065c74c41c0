/** The inspector: what the app has called, and what was delivered to it, with every payload. */

import { change, h } from "../core/dom.js";
import { keyed } from "../core/keyed.js";
import { effect, signal } from "../core/signals.js";
import { clearTraffic, stopWatching, traffic, watchTraffic } from "../core/traffic.js";
import { written } from "../text/dates.js";
import { json } from "../widgets/json.js";
import { attempt } from "../widgets/toasts.js";
import { trouble } from "./trouble.js";

const FILTERS = {
  all: ["All", () => true],
  calls: ["Calls", ({ kind }) => kind === "call"],
  deliveries: ["Deliveries", ({ kind }) => kind === "delivery"],
  problems: ["Problems", ({ problem }) => Boolean(problem)],
};

/** What was filtered by last: it stays while the inspector is closed. */
const filter = signal("all");
const words = signal("");

/** Draws the inspector, and begins to watch. */
export function inspectorPanel() {
  const list = h("ol", { class: "traffic", "aria-label": "Traffic" });
  const field = h("input", {
    type: "search",
    class: "text-field",
    placeholder: "Filter by method or event",
    "aria-label": "Filter by method or event",
    value: words.peek(),
    oninput: () => (words.value = field.value),
  });
  effect(() => {
    const wanted = words.value.trim().toLowerCase();
    const shown = (traffic.value ?? []).filter(
      (one) => FILTERS[filter.value][1](one) && one.name.toLowerCase().includes(wanted),
    );
    keyed(list, shown.toReversed(), { key: ({ key }) => key, same: () => true, draw: line });
  });
  attempt(watchTraffic);
  return h(
    "div",
    { class: "inspector" },
    h("div", { class: "inspector-tools" }, filters(), field, clearButton(), trouble()),
    list,
  );
}

export { stopWatching };

function filters() {
  const buttons = Object.entries(FILTERS).map(([name, [label]]) => {
    const button = h("button", { type: "button", onclick: () => (filter.value = name) }, label);
    effect(() => change(button, { "aria-pressed": String(filter.value === name) }));
    return button;
  });
  return h("div", { class: "segments", role: "group", "aria-label": "Show" }, buttons);
}

function clearButton() {
  return h("button", { type: "button", class: "button", onclick: clearTraffic }, "Clear");
}

function line({ kind, at, ms, name, problem, entry }) {
  const details = h("div", { class: "traffic-details" });
  const node = h(
    "details",
    { class: problem ? "failed" : null },
    h(
      "summary",
      {},
      h(
        "span",
        { class: `direction direction-${kind}`, title: kind === "call" ? "called by the app" : "delivered to the app" },
        kind === "call" ? "API" : "APP",
      ),
      h("code", {}, name),
      problem && h("span", { class: "problem" }, problem),
      h("span", { class: "gap" }),
      h("span", { class: "took" }, `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`),
      h("time", { datetime: new Date(at * 1000).toISOString() }, written(at, "{time_secs}")),
    ),
    details,
  );
  node.addEventListener("toggle", () => node.open && !details.hasChildNodes() && details.append(...parts(kind, entry)));
  return h("li", {}, node);
}

function parts(kind, entry) {
  const refused = entry.answer?.response_metadata?.messages;
  const shown =
    kind === "call"
      ? [
          ["Arguments", entry.arguments],
          ["Answer", entry.answer],
        ]
      : [
          ["Payload", entry.payload],
          ["Acknowledged with", entry.response],
        ];
  const { arguments: _arguments, answer: _answer, payload: _payload, response: _response, ...facts } = entry;
  return [
    refused &&
      h(
        "ul",
        { class: "refused" },
        refused.map((message) => h("li", {}, message)),
      ),
    ...[...shown, ["About", facts]].map(([title, value]) => h("section", {}, h("h3", {}, title), json(value))),
  ].filter(Boolean);
}
