/** What one can do with a message: the bar that stands above the one under the pointer or the focus. */

import { act } from "../core/api.js";
import { h } from "../core/dom.js";
import { openThread } from "../core/navigation.js";
import { apps, me, team } from "../core/state.js";
import { unescaped } from "../text/mrkdwn.js";
import { emoji } from "../text/emoji.js";
import { confirmed } from "../widgets/confirm.js";
import { openDialog } from "../widgets/dialog.js";
import { pickEmoji } from "../widgets/emoji_picker.js";
import { icon } from "../widgets/icons.js";
import { openMenu } from "../widgets/menu.js";
import { attempt, toast } from "../widgets/toasts.js";
import { isNotice, react } from "./message.js";

const AT_HAND = ["white_check_mark", "eyes", "raised_hands"];

/** Gives the messages in `box` their bar; `where()` returns `{timeline, inThread}`. */
export function messageActions(box, where) {
  const bar = h("div", { class: "message-actions", role: "toolbar", "aria-label": "Message actions" });
  box.addEventListener("pointerover", ({ target }) => show(target));
  box.addEventListener("focusin", ({ target }) => show(target));
  box.addEventListener("pointerleave", () => bar.querySelector("[aria-expanded=true]") ?? bar.remove());

  function show(target) {
    const node = target.closest(".message");
    if (!node || bar.parentNode === node) return;
    const { timeline, inThread } = where();
    const message = timeline?.messages.peek()?.find(({ ts }) => ts === node.dataset.ts);
    if (!message || isNotice(message) || message.is_ephemeral || message.subtype === "tombstone") return;
    bar.replaceChildren(...buttons(message, timeline.channel, inThread));
    node.append(bar);
  }
}

function buttons(message, channel, inThread) {
  const quick = AT_HAND.map((name) => tool(`React with ${name}`, emoji(name), () => react(channel, message, name)));
  const pick = tool("Find another reaction", icon("smile"), () =>
    pickEmoji(pick, (name) => react(channel, message, name)),
  );
  const reply = tool("Reply in thread", icon("message"), () => openThread(channel, message.thread_ts ?? message.ts));
  const more = tool("More message actions", icon("dots"), () =>
    openMenu(more, menu(message, channel), { label: "Message actions" }),
  );
  more.setAttribute("aria-haspopup", "menu");
  return [...quick, pick, !inThread && reply, more].filter(Boolean);
}

function tool(label, inside, onclick) {
  return h("button", { type: "button", class: "icon-button", "aria-label": label, title: label, onclick }, inside);
}

function menu(message, channel) {
  const shortcuts = apps.peek().flatMap((app) =>
    app.shortcuts
      .filter(({ kind }) => kind === "message")
      .map((shortcut) => ({
        label: shortcut.name,
        detail: app.display_name,
        icon: icon("bolt"),
        run: () => choose(shortcut, channel, message),
      })),
  );
  const own = message.user === me.peek();
  return [
    { label: "Copy link", icon: icon("link"), run: () => copyLink(channel, message) },
    ...(own ? [{ label: "Edit message", icon: icon("file"), run: () => edit(channel, message) }] : []),
    ...(own
      ? [{ label: "Delete message…", icon: icon("trash"), danger: true, run: () => remove(channel, message) }]
      : []),
    ...(shortcuts.length ? ["More message shortcuts", ...shortcuts] : []),
  ];
}

async function choose({ callback_id }, channel, { ts }) {
  const answer = await attempt(() => act("shortcut", { user: me.peek(), callback_id, channel, ts }));
  if (answer?.timeout) toast("The app did not answer. It has three seconds to.");
}

async function copyLink(channel, { ts, thread_ts: thread }) {
  const link = `https://${team.peek().domain}.slack.com/archives/${channel}/p${ts.replace(".", "")}`;
  const whole = thread && thread !== ts ? `${link}?thread_ts=${thread}&cid=${channel}` : link;
  await attempt(() => navigator.clipboard.writeText(whole));
  toast("The link is on the clipboard.");
}

async function remove(channel, { ts }) {
  const text = { type: "plain_text", text: "It cannot be brought back." };
  const words = (plain) => ({ text: plain });
  const agreed = await confirmed({
    title: words("Delete this message?"),
    text,
    confirm: words("Delete"),
    style: "danger",
  });
  if (agreed) await attempt(() => act("delete", { user: me.peek(), channel, ts }));
}

/** Opens the form in which somebody corrects what they have said. */
export function edit(channel, { ts, text }) {
  const field = h("textarea", { class: "text-field", rows: 5, "aria-label": "Message", value: readable(text) });
  const save = async () => {
    await attempt(() => act("edit", { user: me.peek(), channel, ts, text: field.value }));
    dialog.close();
  };
  const dialog = openDialog({
    title: "Edit message",
    body: field,
    foot: [
      h("button", { type: "button", class: "button", onclick: () => dialog.close() }, "Cancel"),
      h("button", { type: "button", class: "button primary", onclick: save }, "Save changes"),
    ],
  });
  field.focus();
  field.setSelectionRange(field.value.length, field.value.length);
}

/** Returns a text as it was typed, as far as that can be told: links as their addresses, channels by name. */
function readable(text) {
  return unescaped(
    text.replace(/<(?:#\w+\|([^<>]+)|((?:https?|mailto):[^<>|]+)(?:\|[^<>]*)?)>/g, (_, name, url) =>
      name ? `#${name}` : url,
    ),
  );
}
