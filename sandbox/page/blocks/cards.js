/** Cards, and rows of cards. */

import { h } from "../core/dom.js";
import { drawElement } from "../elements/elements.js";
import { textObject } from "../text/mrkdwn.js";
import { picture } from "../widgets/picture.js";

export function card(block, surface) {
  const { hero_image: hero, icon, title, subtitle, body, actions = [] } = block;
  return h(
    "div",
    { class: "card" },
    hero && picture(hero, "card-hero"),
    h(
      "div",
      { class: "card-head" },
      icon && picture(icon, "card-icon"),
      h(
        "div",
        { class: "card-words" },
        title && h("b", { class: "text" }, textObject(title)),
        subtitle && h("small", { class: "text" }, textObject(subtitle)),
      ),
    ),
    body && h("div", { class: "card-body text" }, textObject(body)),
    actions.length > 0 &&
      h(
        "div",
        { class: "card-actions" },
        actions.map((element) => drawElement({ block, element }, surface, {})),
      ),
  );
}

export function carousel({ elements }, surface, drawBlock) {
  return h(
    "div",
    { class: "carousel", tabindex: 0, role: "group", "aria-label": "Cards" },
    elements.map((one) => drawBlock(one, surface)),
  );
}
