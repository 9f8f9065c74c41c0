/** JSON to look at: it folds, and deeper parts are drawn when they are opened. */

import { h } from "../core/dom.js";

const OPEN_DEPTH = 2;
const MOST_NAMED = 4;

/** Draws a value, with its name before it where it has one. */
export function json(value, name = null, depth = 0) {
  const title = name && h("span", { class: "json-name" }, `${name}: `);
  if (value === null || typeof value !== "object") return h("div", {}, title, scalar(value));
  const entries = Object.entries(value);
  const isList = Array.isArray(value);
  if (!entries.length) return h("div", {}, title, isList ? "[]" : "{}");
  const inside = h("div", { class: "json-inside" });
  const node = h("details", {}, h("summary", { class: "json-sign" }, title, brief(entries, isList)), inside);
  node.addEventListener("toggle", draw);
  if (depth < OPEN_DEPTH) {
    node.open = true;
    draw();
  }
  return node;

  function draw() {
    if (inside.hasChildNodes()) return;
    inside.append(...entries.map(([key, part]) => json(part, isList ? null : key, depth + 1)));
  }
}

function brief(entries, isList) {
  if (isList) return `[ ${entries.length} ]`;
  const names = entries.slice(0, MOST_NAMED).map(([name]) => name);
  return `{ ${[...names, ...(entries.length > MOST_NAMED ? ["…"] : [])].join(", ")} }`;
}

function scalar(value) {
  return h("span", { class: `json-${value === null ? "null" : typeof value}` }, JSON.stringify(value) ?? "undefined");
}
