/** The plain blocks: text, lines, and rows of controls. */

import { h, newId } from "../core/dom.js";
import { drawElement, SELF_EXPLAINING } from "../elements/elements.js";
import { icon } from "../widgets/icons.js";
import { markdown } from "../text/markdown.js";
import { plainText, textObject } from "../text/mrkdwn.js";
import { richText } from "../text/rich_text.js";
import { picture } from "../widgets/picture.js";

const ALERT_ICONS = { info: "info", warning: "warning", error: "warning", success: "check", default: "bell" };

export function section(block, surface) {
  const { text, fields, accessory } = block;
  const textId = newId("text");
  const words = h(
    "div",
    { class: "section-words" },
    text && h("div", { class: "text", id: textId }, textObject(text)),
    fields &&
      h(
        "div",
        { class: "fields" },
        fields.map((field) => h("div", { class: "text" }, textObject(field))),
      ),
  );
  const tie = SELF_EXPLAINING.has(accessory?.type) ? "aria-describedby" : "aria-labelledby";
  const beside = accessory && drawElement({ block, element: accessory }, surface, text ? { [tie]: textId } : {});
  return [words, beside && h("div", { class: `accessory accessory-${accessory.type}` }, beside)];
}

export function header({ text }) {
  return h("h3", {}, plainText(text.text));
}

export function divider() {
  return h("hr");
}

export function context({ elements }) {
  return elements.map((element) =>
    element.type === "image" ? picture(element, "context-image") : h("span", { class: "text" }, textObject(element)),
  );
}

export function actions(block, surface) {
  return block.elements.map((element) => drawElement({ block, element }, surface, {}));
}

export function contextActions(block, surface) {
  return block.elements.map((element) => drawElement({ block, element }, surface, {}));
}

export function rich(block) {
  return h("div", { class: "text" }, richText(block));
}

export function markdownBlock({ text }) {
  return h("div", { class: "text markdown" }, markdown(text));
}

export function alert({ text, level = "default" }) {
  return h(
    "div",
    { class: `alert alert-${level}`, role: level === "error" || level === "warning" ? "alert" : "status" },
    icon(ALERT_ICONS[level] ?? "info"),
    h("div", { class: "text" }, textObject(text)),
  );
}
