/** The conversation in the middle: what it is about, what was said, and where to say something. */

import { act } from "../core/api.js";
import { h } from "../core/dom.js";
import { appOf, otherSide, signOf, titleOf } from "../core/names.js";
import { markRead, refreshConversations } from "../core/session.js";
import { effect } from "../core/signals.js";
import { conversations, me, place, timeline } from "../core/state.js";
import { only } from "../core/keyed.js";
import { mrkdwn } from "../text/mrkdwn.js";
import { icon } from "../widgets/icons.js";
import { attempt } from "../widgets/toasts.js";
import { composer } from "./composer.js";
import { conversationHead } from "./conversation_head.js";
import { messageList } from "./message_list.js";

/** Draws the conversation that is open. */
export function conversation() {
  const head = conversationHead(current);
  const foot = h("div");
  const list = messageList({ current: () => timeline.value, label: "Messages", before: beginning });

  effect(() => {
    const known = current();
    const about = known && { user: me.value, channel: known.id, title: titled(known), standing: standing(known) };
    only(foot, about, footer);
  });
  effect(() => {
    const known = current();
    if (known?.unread_count && timeline.value?.messages.value && !document.hidden) attempt(() => markRead(known.id));
  });
  document.addEventListener("visibilitychange", () => {
    const known = current();
    if (known?.unread_count && !document.hidden) attempt(() => markRead(known.id));
  });
  return h("section", { class: "conversation", "aria-label": "Conversation" }, head, list, foot);
}

/** Returns the conversation whose messages are shown; on the other pages of an app there is none. */
function current() {
  const { tab, channel } = place.value ?? {};
  return !tab || tab === "messages" ? conversations.value.get(channel) : undefined;
}

/** Draws what stands above the first message. */
function beginning() {
  const known = current();
  if (!known) return null;
  const title = titleOf(known);
  const words = {
    im: `This is the very beginning of the messages between you and ${title}.`,
    mpim: `This is the very beginning of the group message with ${title}.`,
  };
  return h(
    "div",
    { class: "beginning" },
    h("h2", {}, signOf(known) && icon(signOf(known)), title),
    h("p", {}, words[known.kind] ?? `This is the very beginning of #${title}.`),
    known.purpose?.value && h("p", { class: "text" }, mrkdwn(known.purpose.value)),
  );
}

/** Tells why somebody can write here, or cannot. */
function standing(known) {
  const app = known.kind === "im" && appOf(otherSide(known));
  if (app && (!app.messages_tab || app.messages_tab_read_only)) return "closed";
  if (known.is_archived) return "archived";
  return known.members.includes(me.value) ? "open" : "outside";
}

function titled(known) {
  return signOf(known) ? `#${titleOf(known)}` : titleOf(known);
}

function footer(about) {
  if (!about) return h("p", { class: "bar" }, "There is no conversation yet.");
  const { channel, title } = about;
  const join = () => attempt(() => act("join", { user: me.peek(), channel }).then(refreshConversations));
  switch (about.standing) {
    case "closed":
      return h("p", { class: "bar" }, "Sending messages to this app has been turned off.");
    case "archived":
      return h("p", { class: "bar" }, icon("info"), `You are looking at ${title}, an archived channel.`);
    case "outside":
      return h(
        "p",
        { class: "bar" },
        h("span", {}, "You are looking at ", h("b", {}, title)),
        h("button", { type: "button", class: "button primary", onclick: join }, "Join channel"),
      );
    default:
      return composer({ channel, placeholder: `Message ${title}` });
  }
}
