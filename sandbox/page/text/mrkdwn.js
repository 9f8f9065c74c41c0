/**
 * Slack's own markup, read into a tree and drawn as nodes.
 *
 * In this markup `&`, `<` and `>` of people's words are escaped; what stands between `<` and `>` is a mention, a link
 * or a date. `*bold*`, `_italic_`, `~strike~`, `` `code` ``, code between ``` fences, and quotes after `>`.
 */

import { emoji, isEmoji } from "./emoji.js";
import { h } from "../core/dom.js";
import { channelMention, dateToken, groupMention, broadcast, link, userMention } from "./mentions.js";

const FENCE = /```\n?([\s\S]+?)\n?```/g;
const QUOTED = /^(?:&gt;|>) ?/;
const QUOTED_TO_THE_END = /^(?:&gt;|>){3} ?/;
const PIECE = /<([^<>\n]+)>|`([^`\n]+)`|:([a-z0-9_+'-]+(?:::skin-tone-[2-6])?):|[*_~]|\bhttps?:\/\/[^\s<>|]+/gi;
const ADDRESS = /^[a-z][a-z0-9+.-]*:/i;
const WORD = /[\p{L}\p{N}]/u;
const STYLES = { "*": "b", _: "i", "~": "s" };
const TRAILING = /(?:[.,;:!?)\]]|&gt;|&quot;)+$/;

/**
 * Draws a text. With `verbatim`, addresses that merely stand there are no links; with `plain`, there is no markup at
 * all but emoji, as in `plain_text` objects.
 */
export function mrkdwn(text, { verbatim = false } = {}) {
  const parts = [];
  let end = 0;
  for (const fence of text.matchAll(FENCE)) {
    parts.push(...paragraphs(text.slice(end, fence.index), verbatim));
    parts.push(h("pre", {}, h("code", {}, ...code(fence[1]))));
    end = fence.index + fence[0].length;
  }
  return [...parts, ...paragraphs(text.slice(end), verbatim)];
}

/** Writes a text as it is read aloud, for labels that hold nothing but letters: names, dates and emoji as shown. */
export function inWords(text) {
  return h("span", {}, mrkdwn(text)).textContent;
}

/** Draws a text object of Block Kit. */
export function textObject(object) {
  return object.type === "mrkdwn" ? mrkdwn(object.text, object) : plainText(object.text, object.emoji ?? true);
}

/** Draws text without markup; names of emoji between colons are emoji, unless they should not be. */
export function plainText(text, withEmoji = true) {
  if (!withEmoji) return [text];
  return text.split(/(:[a-z0-9_+'-]+(?:::skin-tone-[2-6])?:)/gi).map((piece) => {
    const name = piece.slice(1, -1);
    return piece.startsWith(":") && isEmoji(name) ? emoji(name) : piece;
  });
}

/** Tells whether a text is nothing but a few emoji, which are then drawn large. */
export function isJumbo(text) {
  const names = text
    .trim()
    .split(/\s*(:[a-z0-9_+'-]+:)\s*/i)
    .filter(Boolean);
  return (
    names.length > 0 && names.length <= 12 && names.every((name) => /^:.+:$/.test(name) && isEmoji(name.slice(1, -1)))
  );
}

/** Turns the three escapes of this markup back into their characters. */
export function unescaped(text) {
  return text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
}

function paragraphs(text, verbatim) {
  const runs = [];
  const lines = text.replace(/^\n|\n$/g, "").split("\n");
  for (let at = 0; at < lines.length; at += 1) {
    if (QUOTED_TO_THE_END.test(lines[at])) {
      const rest = [lines[at].replace(QUOTED_TO_THE_END, ""), ...lines.slice(at + 1)];
      runs.push({ quoted: true, lines: rest });
      break;
    }
    const quoted = QUOTED.test(lines[at]);
    const line = quoted ? lines[at].replace(QUOTED, "") : lines[at];
    if (runs.at(-1)?.quoted === quoted) runs.at(-1).lines.push(line);
    else runs.push({ quoted, lines: [line] });
  }
  return runs.flatMap(({ quoted, lines: own }) => {
    const nodes = inline(own.join("\n"), verbatim);
    return quoted ? [h("blockquote", {}, ...nodes)] : nodes;
  });
}

/** Draws what stands within lines. */
function inline(text, verbatim) {
  return styled(pieces(text), text, verbatim);
}

/** Cuts a text into words and the marks between them, each with the place where it stands. */
function pieces(text) {
  const found = [];
  let end = 0;
  for (const match of text.matchAll(PIECE)) {
    const [whole, angle, inCode, emojiName] = match;
    if (match.index > end) found.push({ text: text.slice(end, match.index), at: end });
    end = match.index + whole.length;
    found.push({ text: whole, at: match.index, end, angle, inCode, emojiName, mark: whole in STYLES });
  }
  if (end < text.length) found.push({ text: text.slice(end), at: end });
  return found;
}

function styled(list, text, verbatim) {
  const nodes = [];
  for (let at = 0; at < list.length; at += 1) {
    const close = list[at].mark && opens(list[at], text) ? closing(list, at, text) : -1;
    if (close > at) {
      nodes.push(h(STYLES[list[at].text], {}, ...styled(list.slice(at + 1, close), text, verbatim)));
      at = close;
    } else {
      nodes.push(...drawn(list[at], verbatim, /^$|\n/.test(text[list[at].at - 1] ?? "")));
    }
  }
  return nodes;
}

function opens({ at, text: mark }, text) {
  const [before, after] = [text[at - 1] ?? " ", text[at + 1] ?? " "];
  return !WORD.test(before) && !/\s/.test(after) && after !== mark;
}

/** Returns where the mark is that ends what the one at `from` begins; styles end within their line. */
function closing(list, from, text) {
  for (let at = from + 1; at < list.length; at += 1) {
    const piece = list[at];
    if (piece.text.includes("\n")) return -1;
    const ends = piece.text === list[from].text && piece.mark && at > from + 1;
    if (ends && !/\s/.test(text[piece.at - 1]) && !WORD.test(text[piece.end] ?? " ")) return at;
  }
  return -1;
}

function drawn(piece, verbatim, begins) {
  if (piece.angle) return [angle(piece.angle, begins)];
  if (piece.inCode) return [h("code", {}, ...code(piece.inCode))];
  if (piece.emojiName && isEmoji(piece.emojiName)) return [emoji(piece.emojiName)];
  if (/^https?:/i.test(piece.text) && !verbatim) return address(piece.text);
  return [unescaped(piece.text)];
}

/** Draws a bare address; punctuation that ends a sentence does not belong to it. */
function address(text) {
  const tail = TRAILING.exec(text)?.[0] ?? "";
  const own = unescaped(text.slice(0, text.length - tail.length));
  return [link(own, own), unescaped(tail)];
}

/** Draws what stands between `<` and `>`, perhaps where a line begins. */
function angle(content, begins) {
  const [target, ...rest] = content.split("|");
  const label = unescaped(rest.join("|"));
  if (target.startsWith("@")) return userMention(target.slice(1), label);
  if (target.startsWith("#")) return channelMention(target.slice(1), label);
  if (target.startsWith("!subteam^")) return groupMention(target.slice("!subteam^".length), label);
  if (target.startsWith("!date^")) return dateToken(target, label, begins);
  if (target.startsWith("!")) return broadcast(target.slice(1), label);
  const url = unescaped(target);
  if (!ADDRESS.test(url)) return h("span", {}, `<${unescaped(content)}>`);
  return link(url, ...(label ? plainText(label) : [url.replace(/^mailto:/, "")]));
}

/** Draws code: nothing in it is markup, but links show their words. */
function code(text) {
  return text.split(/(<[^<>\n]+>)/).map((piece) => {
    if (!/^<[^<>]+>$/.test(piece)) return unescaped(piece);
    const [target, label] = piece.slice(1, -1).split("|");
    return unescaped(label ?? target);
  });
}
