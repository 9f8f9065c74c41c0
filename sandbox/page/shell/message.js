/** One message: who, when, what, and what others have added to it. */

import { act } from "../core/api.js";
import { h } from "../core/dom.js";
import { appOf, nameOf, titleOf } from "../core/names.js";
import { openDirect, openThread } from "../core/navigation.js";
import { conversations, me } from "../core/state.js";
import { attachment } from "../blocks/attachments.js";
import { drawBlocks } from "../blocks/blocks.js";
import { sharedFile } from "../blocks/media.js";
import { messageSurface } from "../surfaces/message.js";
import { time } from "../text/dates.js";
import { emoji } from "../text/emoji.js";
import { inWords, isJumbo, mrkdwn } from "../text/mrkdwn.js";
import { avatar } from "../widgets/avatar.js";
import { pickEmoji } from "../widgets/emoji_picker.js";
import { icon } from "../widgets/icons.js";
import { attempt } from "../widgets/toasts.js";

const JOINED = new Set(["channel_join", "group_join"]);
const LEFT = new Set(["channel_leave", "group_leave"]);
const NOTICES = new Set([
  ...JOINED,
  ...LEFT,
  "bot_add",
  "bot_remove",
  "channel_archive",
  "channel_name",
  "channel_purpose",
  "channel_topic",
  "channel_unarchive",
]);

/** Tells whether Slack wrote this about somebody, rather than somebody saying it. */
export function isNotice({ subtype }) {
  return NOTICES.has(subtype);
}

/** Tells whether this says that somebody has come in. */
export function isJoin({ subtype }) {
  return JOINED.has(subtype);
}

/** Draws a message. A `grouped` one follows another of the same person, and does not name them again. */
export function drawMessage({ message, channel, grouped = false, inThread = false }) {
  if (isNotice(message)) return notice([message], channel);
  if (message.subtype === "tombstone") return tombstone(message, channel, inThread);
  const marks = [message.is_ephemeral && "ephemeral", message.pinned_to && "pinned", grouped && "grouped"];
  return h(
    "article",
    {
      class: ["message", ...marks.filter(Boolean)].join(" "),
      tabindex: -1,
      dataset: { ts: message.ts },
      "aria-label": `${authorOf(message)}: ${inWords(message.text)}`.slice(0, 200),
    },
    message.is_ephemeral && h("div", { class: "message-mark" }, icon("eye"), "Only visible to you"),
    message.pinned_to &&
      h("div", { class: "message-mark" }, icon("pin"), `Pinned by ${nameOf(message.pinned_info.pinned_by)}`),
    h("div", { class: "message-side" }, grouped ? timeOf(message) : avatar(message.user, "large")),
    h(
      "div",
      { class: "message-main" },
      !grouped && head(message),
      body(message, channel),
      foot(message, channel, inThread),
    ),
  );
}

/** Draws that several people have come in, one after the other. */
export function notice(messages, channel) {
  const [{ ts, user, subtype, text, inviter }] = messages;
  const others = messages.slice(1).map((message) => nameOf(message.user));
  const title = `#${titleOf(conversations.value.get(channel) ?? { name: "this channel" })}`;
  const along = others.length ? `, along with ${listed(others)}` : "";
  let words = mrkdwn(text);
  if (JOINED.has(subtype)) {
    words = inviter ? `was added to ${title} by ${nameOf(inviter)}${along}` : `joined ${title}${along}`;
  }
  if (LEFT.has(subtype)) words = `left ${title}`;
  return h(
    "article",
    { class: "message notice", tabindex: -1, dataset: { ts } },
    h("div", { class: "message-side" }, avatar(user)),
    h("div", { class: "message-main text" }, h("b", {}, nameOf(user)), " ", words, " ", timeOf({ ts })),
  );
}

function listed(names) {
  return new Intl.ListFormat("en-US").format(names);
}

function tombstone(message, channel, inThread) {
  return h(
    "article",
    { class: "message notice", tabindex: -1, dataset: { ts: message.ts } },
    h("div", { class: "message-side" }, icon("trash")),
    h("div", { class: "message-main" }, h("i", {}, message.text), replies(message, channel, inThread)),
  );
}

/** Returns the name of whoever has written a message. */
export function authorOf({ username, bot_profile: profile, user }) {
  return username ?? profile?.name ?? nameOf(user);
}

function head(message) {
  const isApp = Boolean(message.bot_id || appOf(message.user));
  return h(
    "header",
    { class: "message-head" },
    h("button", { type: "button", class: "author", onclick: () => openDirect(message.user) }, authorOf(message)),
    isApp && h("span", { class: "badge" }, "App"),
    timeOf(message),
  );
}

function timeOf({ ts }) {
  return time(Number(ts), "{time}", { class: "message-time" });
}

function body(message, channel) {
  const surface = messageSurface(channel, message.ts);
  const { blocks, text, files = [], attachments = [], edited, subtype } = message;
  const mark = edited && h("span", { class: "edited" }, " (edited)");
  const own = subtype === "me_message" ? h("i", {}, mrkdwn(text)) : mrkdwn(text);
  return [
    blocks?.length
      ? h("div", { class: "blocks" }, drawBlocks(blocks, surface), mark)
      : text && h("div", { class: isJumbo(text) ? "text jumbo" : "text" }, own, mark),
    attachments.map((one) => attachment(one, surface)),
    files.map(sharedFile),
  ];
}

function foot(message, channel, inThread) {
  return [message.reactions && reactions(message, channel), replies(message, channel, inThread)];
}

function reactions(message, channel) {
  const add = h(
    "button",
    {
      type: "button",
      class: "reaction",
      "aria-label": "Add a reaction",
      onclick: () => pickEmoji(add, (name) => react(channel, message, name)),
    },
    icon("smile"),
  );
  return h("div", { class: "reactions" }, message.reactions.map(pill), add);

  function pill({ name, users, count }) {
    const own = users.includes(me.peek());
    const who = listed(users.map((user) => (user === me.peek() ? "You" : nameOf(user))));
    return h(
      "button",
      {
        type: "button",
        class: "reaction",
        "aria-pressed": String(own),
        "aria-label": `${name}, ${count}: ${who}`,
        title: `${who} reacted with :${name}:`,
        onclick: () => react(channel, message, name),
      },
      emoji(name),
      h("span", {}, String(count)),
    );
  }
}

/** Adds a reaction, or takes one's own back. */
export function react(channel, message, name) {
  const users = message.reactions?.find((one) => one.name === name)?.users ?? [];
  const remove = users.includes(me.peek());
  return attempt(() => act("reaction", { user: me.peek(), channel, ts: message.ts, name, ...(remove && { remove }) }));
}

function replies(message, channel, inThread) {
  const { reply_count: count, reply_users: users = [], latest_reply: latest, ts } = message;
  if (inThread || !count) return null;
  return h(
    "button",
    { type: "button", class: "replies", onclick: () => openThread(channel, ts) },
    users.map((user) => avatar(user)),
    h("b", {}, count === 1 ? "1 reply" : `${count} replies`),
    h("small", {}, "Last reply ", time(Number(latest), "{date_short_pretty} at {time}")),
  );
}
