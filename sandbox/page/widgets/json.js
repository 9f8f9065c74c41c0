/** JSON to look at: it folds, and deeper parts are drawn when they are opened. */

import { h } from "../core/dom.js";

const OPEN_DEPTH = 2;

/** Draws a value. */
export function json(value, depth = 0) {
  if (value === null || typeof value !== "object") return scalar(value);
  const entries = Object.entries(value);
  const isList = Array.isArray(value);
  if (!entries.length) return h("span", { class: "json-sign" }, isList ? "[]" : "{}");
  const inside = h("div", { class: "json-inside" });
  const node = h("details", { class: "json" }, h("summary", { class: "json-sign" }, brief(entries, isList)), inside);
  node.addEventListener("toggle", draw);
  if (depth < OPEN_DEPTH) {
    node.open = true;
    draw();
  }
  return node;

  function draw() {
    if (inside.hasChildNodes()) return;
    inside.append(
      ...entries.map(([name, part]) =>
        h("div", {}, !isList && h("span", { class: "json-name" }, `${name}: `), json(part, depth + 1)),
      ),
    );
  }
}

function brief(entries, isList) {
  return isList ? `[ ${entries.length} ]` : `{ ${entries.map(([name]) => name).slice(0, 4).join(", ")}${entries.length > 4 ? ", …" : ""} }`;
}

function scalar(value) {
  return h("span", { class: `json-${value === null ? "null" : typeof value}` }, JSON.stringify(value) ?? "undefined");
}
