/** The conversation in the middle: what it is about, what was said, and where to say something. */

import { act } from "../core/api.js";
import { fill, h } from "../core/dom.js";
import { appOf, otherSide, signOf, titleOf } from "../core/names.js";
import { togglePanel } from "../core/navigation.js";
import { markRead, refreshConversations } from "../core/session.js";
import { effect } from "../core/signals.js";
import { conversations, me, panel, place, timeline } from "../core/state.js";
import { alike } from "../core/keyed.js";
import { link } from "../text/mentions.js";
import { mrkdwn } from "../text/mrkdwn.js";
import { avatar } from "../widgets/avatar.js";
import { icon } from "../widgets/icons.js";
import { attempt } from "../widgets/toasts.js";
import { composer } from "./composer.js";
import { messageList } from "./message_list.js";
import { navigationButton } from "./sidebar.js";

const FACES = 3;

/** Draws the conversation that is open. */
export function conversation() {
  const head = h("div");
  const foot = h("div");
  const list = messageList({ current: () => timeline.value, label: "Messages", before: beginning });
  let drawnFoot = null;

  effect(() => {
    const known = current();
    if (known) fill(head, header(known), bookmarks(known));
  });
  effect(() => {
    const known = current();
    const wanted = known && { user: me.value, channel: known.id, title: titleOf(known), state: standing(known) };
    if (alike(wanted, drawnFoot)) return;
    drawnFoot = wanted;
    fill(foot, known ? footer(known) : nothing());
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

function header(known) {
  const sign = signOf(known);
  const other = known.kind === "im" ? otherSide(known) : "";
  return h(
    "header",
    { class: "conversation-head" },
    navigationButton(),
    h(
      "h1",
      {},
      sign ? icon(sign) : other && avatar(other),
      h("button", { type: "button", onclick: () => togglePanel("details", { tab: "about" }) }, titleOf(known)),
      known.is_ext_shared && h("span", { class: "badge" }, "Shared"),
      known.is_archived && h("span", { class: "badge" }, "Archived"),
    ),
    h("p", { class: "topic text", title: known.topic?.value }, mrkdwn(known.topic?.value ?? "")),
    known.pins.length > 0 && tool("pins", known.pins.length, "pinned", icon("pin")),
    known.kind !== "im" && tool("members", known.members.length, "members", faces(known)),
    tool("about", "", "Details", icon("info")),
  );
}

/** Draws a button for a page of the details: a picture, a number, and in words for screen readers what it counts. */
function tool(tab, number, words, picture) {
  const shown = panel.value?.kind === "details" && panel.value.tab === tab;
  return h(
    "button",
    {
      type: "button",
      class: "head-button",
      "aria-pressed": String(shown),
      title: `${number} ${words}`.trim(),
      onclick: () => togglePanel("details", { tab }),
    },
    picture,
    String(number),
    h("span", { class: "unseen" }, ` ${words}`),
  );
}

function faces({ members }) {
  return members.slice(0, FACES).map((member) => avatar(member));
}

function bookmarks({ bookmarks: all }) {
  if (!all.length) return null;
  return h(
    "nav",
    { class: "bookmarks", "aria-label": "Bookmarks" },
    all.map(({ title, link: url, emoji }) => link(url, emoji ? mrkdwn(emoji) : icon("bookmark"), title)),
  );
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

function footer(known) {
  const title = signOf(known) ? `#${titleOf(known)}` : titleOf(known);
  const join = () => attempt(() => act("join", { user: me.peek(), channel: known.id }).then(refreshConversations));
  switch (standing(known)) {
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
      return composer({ channel: known.id, placeholder: `Message ${title}` });
  }
}

function nothing() {
  return h("p", { class: "bar" }, "There is no conversation yet.");
}

