/** Finding messages by their words. */

import { look } from "../core/api.js";
import { fill, h } from "../core/dom.js";
import { nameOf } from "../core/names.js";
import { openConversation, openThread } from "../core/navigation.js";
import { effect } from "../core/signals.js";
import { me, panel, spotlight } from "../core/state.js";
import { isReply } from "../core/timeline.js";
import { time } from "../text/dates.js";
import { mrkdwn } from "../text/mrkdwn.js";
import { avatar } from "../widgets/avatar.js";
import { icon } from "../widgets/icons.js";
import { attempt } from "../widgets/toasts.js";
import { authorOf } from "./message.js";

/** Draws the field in which to say what is sought. */
export function searchField() {
  const field = h("input", { type: "search", placeholder: "Search messages", "aria-label": "Search messages" });
  const submit = (event) => {
    event.preventDefault();
    const query = field.value.trim();
    if (query) panel.value = { kind: "search", query };
  };
  return h("form", { class: "search", role: "search", onsubmit: submit }, icon("search"), field);
}

/** Draws what was found. */
export function searchPanel() {
  const node = h("div", { class: "details", "aria-live": "polite" });
  effect(() => {
    const { query } = panel.value ?? {};
    if (query) attempt(() => show(node, query, me.value));
  });
  return node;
}

async function show(node, query, user) {
  const { matches, total } = await look("search", { q: query, user });
  fill(
    node,
    h("p", { class: "empty" }, total === 1 ? "1 message" : `${total} messages`, " with ", h("b", {}, query)),
    h("ul", { class: "found" }, matches.map(match)),
  );
}

function match({ channel, message }) {
  const go = async () => {
    await openConversation(channel.id);
    if (isReply(message)) await openThread(channel.id, message.thread_ts);
    else spotlight.value = { ts: message.ts };
  };
  return h(
    "li",
    {},
    h(
      "button",
      { type: "button", class: "choice excerpt", onclick: () => attempt(go) },
      avatar(message.user, "medium"),
      h(
        "span",
        { class: "choice-words" },
        h(
          "small",
          {},
          `${authorOf(message)} in ${channel.name}, `,
          time(Number(message.ts), "{date_short_pretty} at {time}"),
        ),
        h("span", { class: "text" }, mrkdwn(message.text || nameOf(message.user))),
      ),
    ),
  );
}
