/** Building nodes. Data becomes text nodes and attributes, never markup: nothing here parses HTML. */

const SVG = "http://www.w3.org/2000/svg";
const PROPERTIES = new Set(["value", "checked", "indeterminate", "selected"]);

/**
 * Makes an element: `h("button", { class: "primary", onclick: send, "aria-pressed": "false" }, "Send")`.
 * A property that is null, undefined or false is left out; functions are listeners; children may be nested lists.
 */
export function h(tag, properties, ...children) {
  return filled(document.createElement(tag), properties, children);
}

/** Makes an element of a drawing. */
export function svg(tag, properties, ...children) {
  return filled(document.createElementNS(SVG, tag), properties, children);
}

/** Gives a node that stands already these attributes: as in `h`, without what is null, undefined or false. */
export function change(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    node.removeAttribute(name);
    set(node, name, value);
  }
  return node;
}

/** Puts these children in the place of those a node has. */
export function fill(node, ...children) {
  node.replaceChildren(...flat(children));
  return node;
}

function filled(node, properties, children) {
  for (const [name, value] of Object.entries(properties ?? {})) {
    set(node, name, value);
  }
  node.append(...flat(children));
  return node;
}

function set(node, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (typeof value === "function") node.addEventListener(name.slice(2), value);
  else if (name === "style") setStyle(node, value);
  else if (name === "dataset") Object.assign(node.dataset, value);
  else if (PROPERTIES.has(name)) node[name] = value;
  else node.setAttribute(name, value === true ? "" : String(value));
}

function setStyle(node, style) {
  for (const [name, value] of Object.entries(style)) node.style.setProperty(name, value);
}

function flat(children) {
  return children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);
}

let numbers = 0;

/** Returns an id that no other node has, to tie labels and descriptions to fields. */
export function newId(what) {
  numbers += 1;
  return `${what}-${numbers}`;
}
