/** What there is to know about a conversation: its topic, its members, what is pinned. */

import { act } from "../core/api.js";
import { h } from "../core/dom.js";
import { only } from "../core/keyed.js";
import { nameOf, titleOf } from "../core/names.js";
import { openDirect, togglePanel } from "../core/navigation.js";
import { refreshConversations } from "../core/session.js";
import { effect } from "../core/signals.js";
import { conversations, me, panel, place, spotlight, timeline, users } from "../core/state.js";
import { time } from "../text/dates.js";
import { mrkdwn } from "../text/mrkdwn.js";
import { avatar } from "../widgets/avatar.js";
import { combobox } from "../widgets/combobox.js";
import { openDialog } from "../widgets/dialog.js";
import { attempt } from "../widgets/toasts.js";
import { authorOf } from "./message.js";

const TABS = { about: ["About", about], members: ["Members", members], pins: ["Pins", pins] };

/** Draws the details of the conversation that is open. */
export function detailsPanel() {
  const node = h("div", { class: "details" });
  effect(() => {
    const known = conversations.value.get(place.value?.channel);
    const { tab = "about" } = panel.value ?? {};
    if (known) only(node, { user: me.value, tab, known: lasting(known) }, page);
  });
  return node;
}

/** Returns what stays of a conversation when somebody writes in it: what is drawn of that need not be drawn anew. */
function lasting(known) {
  const {
    unread_count: _unread,
    mention_count: _mentions,
    last_read: _read,
    latest: _latest,
    updated: _at,
    ...rest
  } = known;
  return rest;
}

function page({ tab, known }) {
  return h("div", {}, tabs(tab, known), TABS[tab][1](known));
}

function tabs(shown, known) {
  const names = known.kind === "im" ? ["about", "pins"] : Object.keys(TABS);
  return h(
    "div",
    { class: "tabs", role: "tablist" },
    names.map((tab) =>
      h(
        "button",
        {
          type: "button",
          role: "tab",
          "aria-selected": String(tab === shown),
          onclick: () => tab !== shown && togglePanel("details", { tab }),
        },
        TABS[tab][0],
      ),
    ),
  );
}

function about(known) {
  const facts = [
    ["Topic", known.topic?.value && mrkdwn(known.topic.value)],
    ["Description", known.purpose?.value && mrkdwn(known.purpose.value)],
    ["Created", [time(known.created, "{date}"), known.creator && ` by ${nameOf(known.creator)}`]],
    ["Id", h("code", {}, known.id)],
  ];
  const shown = known.kind === "im" ? facts.slice(2) : facts;
  const leave = () => attempt(() => act("leave", { user: me.peek(), channel: known.id }).then(refreshConversations));
  const mayLeave = known.is_member && !known.is_general && known.kind.endsWith("_channel") && !known.is_archived;
  const mayDescribe = known.members.includes(me.value) && known.kind.endsWith("_channel") && !known.is_archived;
  return [
    h(
      "dl",
      {},
      shown.map(([name, value]) => [h("dt", {}, name), h("dd", { class: "text" }, value || "—")]),
    ),
    mayDescribe && h("button", { type: "button", class: "button", onclick: () => describe(known) }, "Edit"),
    mayLeave && h("button", { type: "button", class: "button danger-quiet", onclick: leave }, "Leave channel"),
  ];
}

function describe(known) {
  const field = (name, value) =>
    h("input", { type: "text", class: "text-field", maxlength: 250, "aria-label": name, value });
  const topic = field("Topic", known.topic.value);
  const purpose = field("Description", known.purpose.value);
  const save = async () => {
    const changed = {
      ...(topic.value !== known.topic.value && { topic: topic.value }),
      ...(purpose.value !== known.purpose.value && { purpose: purpose.value }),
    };
    dialog.close();
    await attempt(() => act("describe", { user: me.peek(), channel: known.id, ...changed }));
  };
  const dialog = openDialog({
    title: `#${known.name}`,
    body: [h("p", { class: "input-label" }, "Topic"), topic, h("p", { class: "input-label" }, "Description"), purpose],
    foot: [
      h("button", { type: "button", class: "button", onclick: () => dialog.close() }, "Cancel"),
      h("button", { type: "button", class: "button primary", onclick: save }, "Save"),
    ],
  });
}

function members(known) {
  const outside = [...users.value.values()].filter(({ id, deleted }) => !deleted && !known.members.includes(id));
  const mayAdd = known.members.includes(me.value) && known.kind.endsWith("_channel") && !known.is_archived;
  return [mayAdd && adder(known, outside), h("ul", { class: "found" }, known.members.map(member))];
}

function adder(known, outside) {
  const entries = outside.map(({ id }) => ({ key: id, value: id, text: nameOf(id), picture: () => avatar(id) }));
  const invite = ([entry]) =>
    attempt(() => act("invite", { user: me.peek(), channel: known.id, users: [entry.value] }));
  return combobox({
    find: (query) => ({ groups: [{ entries: entries.filter(({ text }) => matches(text, query)) }] }),
    placeholder: "Add people",
    attributes: { "aria-label": `Add people to ${titleOf(known)}` },
    onChange: invite,
  });
}

function matches(text, query) {
  return text.toLowerCase().includes(query.toLowerCase());
}

function member(id) {
  const user = users.value.get(id);
  const about = user?.is_bot ? "App" : user?.profile.title || `@${user?.name}`;
  const words = h("span", { class: "choice-words" }, h("span", {}, nameOf(id)), h("small", {}, about));
  const onclick = () => attempt(() => openDirect(id));
  return h("li", {}, h("button", { type: "button", class: "choice", onclick }, avatar(id, "medium"), words));
}

function pins(known) {
  if (!known.pins.length) return h("p", { class: "empty" }, "Nothing is pinned here.");
  const loaded = new Map((timeline.value?.messages.value ?? []).map((message) => [message.ts, message]));
  return h(
    "ul",
    { class: "found" },
    known.pins.map((ts) => {
      const message = loaded.get(ts);
      const words = message ? [h("b", {}, authorOf(message)), " ", mrkdwn(message.text)] : "An earlier message";
      return h(
        "li",
        {},
        h(
          "button",
          { type: "button", class: "choice excerpt", onclick: () => (spotlight.value = { ts }) },
          h(
            "span",
            { class: "choice-words" },
            h("span", {}, words),
            h("small", {}, time(Number(ts), "{date_pretty} at {time}", { begins: true })),
          ),
        ),
      );
    }),
  );
}
