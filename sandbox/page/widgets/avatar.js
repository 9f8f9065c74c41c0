/** A picture for each person and each app: their initials on their own colour. */

import { h } from "../core/dom.js";
import { appOf, nameOf } from "../core/names.js";
import { users } from "../core/state.js";
import { icon } from "./icons.js";

/** Draws the avatar; the name stands beside it, so it says nothing to a screen reader. */
export function avatar(userId, size = "small") {
  const app = appOf(userId);
  const user = users.value.get(userId);
  const color = app?.background_color || (user?.color ? `#${user.color}` : "#616061");
  const inside = user?.is_bot ? icon("bolt") : initials(nameOf(userId));
  return h("span", { class: `avatar avatar-${size}`, "aria-hidden": "true", style: { "--own": color } }, inside);
}

function initials(name) {
  const words = name.split(/[\s._-]+/).filter(Boolean);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : words;
  return letters.map((word) => [...word][0].toUpperCase()).join("");
}
