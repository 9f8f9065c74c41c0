/** Attachments: the older way for apps to say something beside the text, with a coloured edge. */

import { h } from "../core/dom.js";
import { time } from "../text/dates.js";
import { link } from "../text/mentions.js";
import { mrkdwn, plainText } from "../text/mrkdwn.js";
import { drawBlocks } from "./blocks.js";
import { picture } from "./media.js";

const COLORS = { good: "#2eb67d", warning: "#ecb22e", danger: "#e01e5a" };

export function attachment(given, surface) {
  const { color, pretext, blocks } = given;
  const edge = color ? (COLORS[color] ?? `#${color.replace("#", "")}`) : "";
  return h(
    "div",
    { class: "attachment-box" },
    pretext && h("div", { class: "text" }, mrkdwn(pretext)),
    h(
      "div",
      { class: "attachment", style: edge ? { "--edge": edge } : {} },
      blocks ? drawBlocks(blocks, surface) : plainOf(given),
    ),
  );
}

function plainOf({ author_name: author, title, title_link: url, text, fallback, fields = [], image_url: image, ...more }) {
  const words = plainText(title ?? "");
  return [
    author && h("small", {}, author),
    title && h("b", { class: "attachment-title" }, url ? link(url, ...words) : words),
    h("div", { class: "text" }, mrkdwn(text ?? (title ? "" : (fallback ?? "")))),
    fields.length > 0 && h("div", { class: "fields" }, fields.map(field)),
    image && picture({ image_url: image, alt_text: fallback ?? title ?? "" }, "block-picture"),
    (more.footer || more.ts) &&
      h("small", {}, more.footer, more.ts && [more.footer && " · ", time(Number(more.ts), "{date_short_pretty} at {time}")]),
  ];
}

function field({ title, value, short }) {
  return h("div", { class: short ? "text" : "text wide" }, title && [h("b", {}, title), h("br")], mrkdwn(value ?? ""));
}
