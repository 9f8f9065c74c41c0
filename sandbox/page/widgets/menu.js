/** A menu: a few things to do, reached by pressing a button, walked through with the arrow keys. */

import { h } from "../core/dom.js";
import { float } from "./floating.js";

/**
 * Opens a menu at `anchor`. Items are `{label, detail?, icon?, run, danger?}`; a string is the title of what follows.
 * The focus goes back to the anchor when the menu closes.
 */
export function openMenu(anchor, items, { align = "end", label = "" } = {}) {
  const list = h("div", { class: "menu", role: "menu", "aria-label": label || null }, items.map(line));
  const close = float(anchor, list, {
    align,
    onClose: () => {
      anchor.setAttribute("aria-expanded", "false");
      anchor.focus();
    },
  });
  anchor.setAttribute("aria-expanded", "true");
  const lines = [...list.querySelectorAll("[role=menuitem]")];
  lines[0]?.focus();
  list.addEventListener("keydown", (event) => walk(event, lines, close));
  return close;

  function line(item) {
    if (typeof item === "string") return h("div", { class: "menu-title" }, item);
    return h(
      "button",
      {
        class: item.danger ? "menu-item danger" : "menu-item",
        role: "menuitem",
        type: "button",
        tabindex: -1,
        onclick: () => {
          close();
          item.run();
        },
      },
      item.icon,
      h("span", { class: "menu-words" }, h("span", {}, item.label), item.detail && h("small", {}, item.detail)),
    );
  }
}

function walk(event, lines, close) {
  const at = lines.indexOf(document.activeElement);
  const to = {
    ArrowDown: (at + 1) % lines.length,
    ArrowUp: (at - 1 + lines.length) % lines.length,
    Home: 0,
    End: lines.length - 1,
  }[event.key];
  if (event.key === "Escape" || event.key === "Tab") close();
  else if (to !== undefined) lines[to].focus();
  else return;
  event.preventDefault();
  event.stopPropagation();
}
