/** Mentions of people, groups and channels, links and dates, as markup and rich text share them. */

import { h } from "../core/dom.js";
import { nameOf, titleOf } from "../core/names.js";
import { openConversation, openDirect } from "../core/navigation.js";
import { conversations, me, team, usergroups } from "../core/state.js";
import { time, written } from "./dates.js";

const SAFE = /^(?:https?|mailto|tel|slack):/i;

/** Draws the mention of somebody; it opens the direct message with them. */
export function userMention(userId, label = "") {
  const own = userId === me.value ? " mention-me" : "";
  const name = nameOf(userId) === userId ? label.replace(/^@/, "") || userId : nameOf(userId);
  return h("button", { class: `mention${own}`, type: "button", onclick: () => openDirect(userId) }, `@${name}`);
}

/** Draws the mention of a channel; one that the reader may not see shows no name. */
export function channelMention(channelId, label = "") {
  const known = conversations.value.get(channelId);
  if (!known) return h("span", { class: "mention mention-hidden" }, label ? `#${label}` : "private-channel");
  return h(
    "button",
    { class: "mention", type: "button", onclick: () => openConversation(channelId) },
    `#${titleOf(known)}`,
  );
}

/** Draws the mention of a group of people. */
export function groupMention(groupId, label = "") {
  const group = usergroups.value.get(groupId);
  const own = group?.users?.includes(me.value) ? " mention-me" : "";
  const name = group ? `@${group.handle}` : label || `@${groupId}`;
  return h("span", { class: `mention${own}`, title: group?.name }, name);
}

/** Draws a mention of everybody. */
export function broadcast(range, label = "") {
  const known = ["here", "channel", "everyone"].includes(range);
  return h("span", { class: known ? "mention mention-me" : "" }, known ? `@${range}` : label || `<!${range}>`);
}

/**
 * Draws a link. Addresses of any other kind than those Slack opens are shown and lead nowhere. One to a place in this
 * workspace, also as an address of this page, leads there for whoever presses it: no link changes who one is.
 */
export function link(url, ...label) {
  if (!SAFE.test(url)) return h("span", {}, ...label);
  const inside = permalink(url);
  if (inside) return h("a", { href: `#${new URLSearchParams(inside)}` }, ...label);
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, ...label);
}

/** Opens an address as the button that has it: a place of this workspace here, anything else in a tab of its own. */
export function follow(url) {
  const inside = permalink(url);
  if (inside) location.hash = String(new URLSearchParams({ user: me.value, ...inside }));
  else open(url, "_blank", "noopener,noreferrer");
}

/** Draws a date: `!date^1392734382^{date} at {time}^https://example.com`, with what to show where it makes no sense. */
export function dateToken(token, fallback, begins) {
  const [, seconds, format, url] = token.split("^");
  const at = Number(seconds);
  if (!seconds || !format || !Number.isSafeInteger(at) || Math.abs(at) > 8.64e12) return h("span", {}, fallback);
  const node = time(at, format, { begins });
  return url ? link(url, node) : node;
}

/** Draws the date of rich text, where the format may be missing. */
export function richDate({ timestamp, format, url, fallback }) {
  if (!written(timestamp, format ?? "").trim()) return h("span", {}, fallback ?? "");
  const node = time(timestamp, format);
  return url ? link(url, node) : node;
}

/** Returns the place within this workspace that an address means. */
function permalink(url) {
  if (url.startsWith(`${location.origin}/#`)) {
    const { user: _user, ...place } = Object.fromEntries(new URLSearchParams(new URL(url).hash.slice(1)));
    return place;
  }
  if (!url.startsWith(`https://${team.value.domain}.slack.com/archives/`)) return null;
  const { pathname, searchParams } = new URL(url);
  const [, , channel, message] = pathname.split("/");
  const thread = searchParams.get("thread_ts");
  return {
    channel,
    ...(message && { message: message.replace(/^p(\d+)(\d{6})$/, "$1.$2") }),
    ...(thread && { thread }),
  };
}
