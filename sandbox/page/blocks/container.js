/** Containers: blocks within a frame, which may fold. */

import { h } from "../core/dom.js";
import { icon as drawIcon } from "../widgets/icons.js";
import { plainText, textObject } from "../text/mrkdwn.js";
import { richText } from "../text/rich_text.js";
import { picture } from "../widgets/picture.js";

export function container(block, surface, drawBlock) {
  const { child_blocks: children, width = "standard", is_collapsible: folds, default_collapsed: folded } = block;
  const inside = h(
    "div",
    { class: "container-body" },
    children.map((child) => drawBlock(child, surface)),
  );
  const look = `container container-${width}${block.has_header_divider ? " divided" : ""}`;
  if (!folds) return h("section", { class: look }, h("div", { class: "container-head" }, title(block)), inside);
  return h(
    "details",
    { class: look, open: !folded },
    h("summary", { class: "container-head" }, title(block), drawIcon("chevron")),
    inside,
  );
}

function title({ title: plain, rich_text_title: rich, subtitle, icon }) {
  return [
    icon && picture(icon, "card-icon"),
    h(
      "div",
      { class: "card-words" },
      h("b", { class: "text" }, rich ? richText(rich) : plainText(plain.text)),
      subtitle && h("small", { class: "text" }, textObject(subtitle)),
    ),
  ];
}
