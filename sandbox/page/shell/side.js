/** What stands beside the conversation: a thread, details, what was found, the inspector. */

import { fill, h } from "../core/dom.js";
import { closePanel } from "../core/navigation.js";
import { effect } from "../core/signals.js";
import { panel } from "../core/state.js";
import { icon } from "../widgets/icons.js";
import { detailsPanel } from "./details.js";
import { inspectorPanel, stopWatching } from "./inspector.js";
import { searchPanel } from "./search.js";
import { threadPanel } from "./thread.js";

const PANELS = {
  thread: ["Thread", threadPanel],
  details: ["Details", detailsPanel],
  search: ["Search", searchPanel],
  inspector: ["Inspector", inspectorPanel],
};

/** Draws the panel; each kind is drawn once, and draws itself anew from then on. */
export function side() {
  const node = h("aside", { class: "side", hidden: true, onkeydown: leave });
  let kind = null;
  let stop = () => {};
  effect(() => {
    const next = panel.value?.kind ?? null;
    if (next === kind) return;
    stop();
    if (kind === "inspector") stopWatching();
    kind = next;
    node.hidden = !kind;
    node.dataset.kind = kind ?? "";
    if (kind) stop = begin(node, kind);
  });
  return node;
}

/** Draws a kind of panel and returns what ends its effects. */
function begin(node, kind) {
  const [title, draw] = PANELS[kind];
  node.setAttribute("aria-label", title);
  let inside;
  const end = effect.apart(() => (inside = draw()));
  const close = {
    type: "button",
    class: "icon-button",
    "aria-label": `Close ${title.toLowerCase()}`,
    onclick: closePanel,
  };
  fill(node, h("header", { class: "side-head" }, h("h2", {}, title), h("button", close, icon("close"))), inside);
  return end;
}

function leave(event) {
  if (event.key === "Escape" && !event.defaultPrevented) closePanel();
}
