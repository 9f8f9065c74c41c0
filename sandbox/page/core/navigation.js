/** Going places: another person, another conversation, the pages of an app, what stands at the side. */

import { act } from "./api.js";
import { actingAs, become, openHome, refreshConversations } from "./session.js";
import { apps, conversations, me, panel, place, thread, timeline } from "./state.js";
import { Timeline } from "./timeline.js";

/** Acts as somebody else, in the same place where they may see it. */
export async function actAs(user) {
  if (user === actingAs()) return;
  leave(null);
  if (!(await become(user))) return;
  const { app, tab, channel } = place.peek() ?? {}; // Who pressed a link meanwhile is there already.
  if (app) await openApp(app, tab);
  else await openConversation(conversations.peek().has(channel) ? channel : firstConversation());
}

/** Shows a conversation. */
export async function openConversation(channel) {
  leave(channel);
  place.value = channel ? { channel } : null;
  await showMessages(channel);
}

/** Shows an app: its `home`, its `messages` or what there is to know `about` it. */
export async function openApp(app, tab = "home") {
  leave(null);
  place.value = { app, tab, channel: directWith(app)?.id };
  if (tab === "home") await openHome(app);
  if (tab === "messages") await openMessagesOf(app);
}

async function openMessagesOf(app) {
  const opened = act("home", { user: me.peek(), app, tab: "messages" });
  if (!directWith(app)) {
    await opened;
    await refreshConversations();
    place.value = { ...place.peek(), channel: directWith(app)?.id };
  }
  await showMessages(directWith(app)?.id);
  await opened;
}

/** Returns the direct message between this person and an app. */
export function directWith(app) {
  const bot = apps.peek().find(({ id }) => id === app)?.user_id;
  return [...conversations.peek().values()].find((one) => one.kind === "im" && one.user === bot);
}

/** Opens the direct message with somebody. */
export async function openDirect(user) {
  const { channel } = await act("direct", { user: me.peek(), users: [user] });
  await refreshConversations();
  await openConversation(channel);
}

/** Shows a thread beside the conversation. */
export async function openThread(channel, ts) {
  panel.value = { kind: "thread", channel, ts };
  const opened = new Timeline(me.peek(), channel, ts);
  thread.value = opened;
  await opened.load();
}

/** Shows something at the side; what is shown there already is closed. */
export function togglePanel(kind, more = {}) {
  const shown = panel.peek();
  panel.value = shown?.kind === kind && (more.tab ?? shown.tab) === shown.tab ? null : { kind, ...more };
}

export function closePanel() {
  panel.value = null;
}

/** Returns where somebody finds themselves who has said nothing else: the first channel they are in. */
export function firstConversation() {
  const all = [...conversations.peek().values()];
  const channel = all.find((one) => one.is_general && one.is_member) ?? all.find((one) => one.is_member) ?? all[0];
  return channel?.id ?? "";
}

/** Closes what stands at the side and is about the conversation that is left. */
function leave(next) {
  const { kind } = panel.peek() ?? {};
  if (kind === "thread" || (kind === "details" && next !== place.peek()?.channel)) panel.value = null;
  thread.value = null;
}

async function showMessages(channel) {
  if (!channel) {
    timeline.value = null;
    return;
  }
  const opened = new Timeline(me.peek(), channel);
  const { unread_count: unread, last_read: lastRead } = conversations.peek().get(channel) ?? {};
  opened.readUpTo = unread ? lastRead : "";
  timeline.value = opened;
  await opened.load();
}
