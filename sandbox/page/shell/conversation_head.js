/** The head of a conversation: its name, its topic, and the ways to what there is to know about it. */

import { change, fill, h } from "../core/dom.js";
import { alike, keyed, only } from "../core/keyed.js";
import { otherSide, signOf, titleOf } from "../core/names.js";
import { togglePanel } from "../core/navigation.js";
import { effect } from "../core/signals.js";
import { panel } from "../core/state.js";
import { link } from "../text/mentions.js";
import { mrkdwn } from "../text/mrkdwn.js";
import { avatar } from "../widgets/avatar.js";
import { icon } from "../widgets/icons.js";
import { navigationButton } from "./sidebar.js";

const FACES = 3;
const PARTS = { navigation: navigationButton, title: heading, topic, pins: way, members: way, about: way };

/** Draws the head of the conversation that `current()` returns. Its parts stay while others change beside them. */
export function conversationHead(current) {
  const head = h("header", { class: "conversation-head" });
  const marks = h("div");
  effect(() => {
    const known = current();
    if (!known) return;
    keyed(head, parts(known), {
      key: ({ part, channel }) => `${channel} ${part}`,
      same: alike,
      draw: (item, node) => PARTS[item.part](item, node),
    });
    only(marks, known.bookmarks, bookmarks);
  });
  return h("div", {}, head, marks);
}

function parts(known) {
  const { id: channel, kind, topic: about, pins, members, is_ext_shared: isShared, is_archived: isArchived } = known;
  const shown = panel.value?.kind === "details" ? panel.value.tab : "";
  const leads = (tab, number, words, faces) => ({ part: tab, channel, isShown: tab === shown, number, words, faces });
  return [
    { part: "navigation", channel },
    {
      part: "title",
      channel,
      sign: signOf(known),
      face: kind === "im" && otherSide(known),
      title: titleOf(known),
      isShared,
      isArchived,
    },
    { part: "topic", channel, words: about?.value ?? "" },
    pins.length > 0 && leads("pins", pins.length, "pinned"),
    kind !== "im" && leads("members", members.length, "members", members.slice(0, FACES)),
    leads("about", "", "Details"),
  ].filter(Boolean);
}

function heading({ sign, face, title, isShared, isArchived }) {
  return h(
    "h1",
    {},
    sign ? icon(sign) : face && avatar(face),
    h("button", { type: "button", onclick: () => togglePanel("details", { tab: "about" }) }, title),
    isShared && h("span", { class: "badge" }, "Shared"),
    isArchived && h("span", { class: "badge" }, "Archived"),
  );
}

function topic({ words }) {
  return h("p", { class: "topic text", title: words }, mrkdwn(words));
}

/** Draws the way to a page of the details: a picture, a number, and in words for screen readers what it counts. */
function way({ part, isShown, number, words, faces = [] }, node = h("button")) {
  const pictures = { pins: icon("pin"), members: faces.map((face) => avatar(face)), about: icon("info") };
  node.onclick = () => togglePanel("details", { tab: part });
  change(node, {
    type: "button",
    class: "head-button",
    "aria-pressed": String(isShown),
    title: `${number} ${words}`.trim(),
  });
  return fill(node, pictures[part], String(number), h("span", { class: "unseen" }, ` ${words}`));
}

function bookmarks(all) {
  const links = all.map(({ title, link: url, emoji }) => link(url, emoji ? mrkdwn(emoji) : icon("bookmark"), title));
  return h("nav", { class: "bookmarks", "aria-label": "Bookmarks", hidden: !all.length }, links);
}
