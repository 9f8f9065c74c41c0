/** Attachments: the older way for apps to say something beside the text, with a coloured edge. */

import { h } from "../core/dom.js";
import { time } from "../text/dates.js";
import { link } from "../text/mentions.js";
import { mrkdwn, plainText } from "../text/mrkdwn.js";
import { drawBlocks } from "./blocks.js";
import { picture } from "../widgets/picture.js";

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

function plainOf(given) {
  const { author_name: author, title, text, fallback = "", fields = [], image_url: image } = given;
  return [
    author && h("small", {}, author),
    title && headline(given),
    h("div", { class: "text" }, mrkdwn(text ?? (title ? "" : fallback))),
    fields.length > 0 && h("div", { class: "fields" }, fields.map(field)),
    image && picture({ image_url: image, alt_text: fallback || title || "" }, "block-picture"),
    footer(given),
  ];
}

function headline({ title, title_link: url }) {
  const words = plainText(title);
  return h("b", { class: "attachment-title" }, url ? link(url, ...words) : words);
}

function footer({ footer: words, ts }) {
  const at = ts && time(Number(ts), "{date_short_pretty} at {time}");
  return (words || at) && h("small", {}, words, words && at && " · ", at);
}

function field({ title, value, short }) {
  return h("div", { class: short ? "text" : "text wide" }, title && [h("b", {}, title), h("br")], mrkdwn(value ?? ""));
}
