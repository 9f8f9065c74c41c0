/** Rich text: the blocks that Slack's own composer writes. */

import { broadcast, channelMention, groupMention, link, richDate, userMention } from "./mentions.js";
import { emoji } from "./emoji.js";
import { h } from "../core/dom.js";

const STYLES = { bold: "b", italic: "i", strike: "s", underline: "u", code: "code", highlight: "mark" };
const BULLETS = ["disc", "circle", "square"];
const NUMBERS = ["decimal", "lower-alpha", "lower-roman"];

const INLINE = {
  text: ({ text }) => text,
  link: ({ url, text }) => link(url, text || url),
  emoji: ({ name, skin_tone: tone }) => emoji(tone ? `${name}::skin-tone-${tone}` : name),
  user: ({ user_id: id }) => userMention(id),
  usergroup: ({ usergroup_id: id }) => groupMention(id),
  channel: ({ channel_id: id }) => channelMention(id),
  broadcast: ({ range }) => broadcast(range),
  team: ({ team_id: id }) => id,
  color: ({ value }) => [h("span", { class: "swatch", style: { background: value } }), value],
  date: richDate,
};

const PARTS = {
  rich_text_section: ({ elements }) => h("div", { class: "rich-section" }, ...inline(elements)),
  rich_text_quote: ({ elements }) => h("blockquote", {}, ...inline(elements)),
  rich_text_preformatted: ({ elements }) => h("pre", {}, h("code", {}, ...inline(elements))),
  rich_text_list: list,
};

/** Draws a `rich_text` block. */
export function richText({ elements }) {
  return elements.map((part) => (PARTS[part.type] ?? unknown)(part));
}

/** Returns the words of a `rich_text` block, without their form. */
export function wordsOf({ elements }) {
  const words = (part) => part.text ?? (part.elements ?? []).map(words).join("");
  return elements.map(words).join("\n");
}

function inline(elements) {
  return elements.map((element) => {
    const drawn = (INLINE[element.type] ?? unknown)(element);
    const styles = Object.keys(STYLES).filter((name) => element.style?.[name]);
    return styles.reduce((inner, name) => h(STYLES[name], {}, inner), drawn);
  });
}

function list({ elements, style, indent = 0, offset = 0 }) {
  const kinds = style === "ordered" ? NUMBERS : BULLETS;
  const look = { "margin-inline-start": `${indent * 1.75}em`, "list-style-type": kinds[indent % kinds.length] };
  const items = elements.map((item) => h("li", {}, ...inline(item.elements)));
  return style === "ordered" ? h("ol", { start: offset + 1, style: look }, items) : h("ul", { style: look }, items);
}

function unknown({ type, fallback, text }) {
  return h("span", { class: "unknown-inline" }, fallback ?? text ?? type);
}
