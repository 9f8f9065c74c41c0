/** What each change that the sandbox tells of means for what the page knows. */

import { setClock } from "./clock.js";
import { faults, refreshFaults } from "./faults.js";
import { refreshConversations, refreshViews, refreshWaiting, refreshWorkspace, showHome } from "./session.js";
import { me, thread, timeline } from "./state.js";
import { record } from "./traffic.js";

const OF_CONVERSATIONS = new Set([
  "bookmarks_changed",
  "channel_archived",
  "channel_changed",
  "channel_created",
  "channel_deleted",
  "channel_renamed",
  "channel_unarchived",
  "conversation_opened",
  "member_joined",
  "member_left",
  "message_deleted",
  "message_posted",
  "pin_added",
  "pin_removed",
  "read",
]);
const OF_PEOPLE = new Set(["usergroup_changed", "usergroup_created", "user_changed", "token_revoked"]);

/**
 * Takes over a change. `onReset` is called when everything may be different; also where the first look at everything is
 * still under way, which may have looked too early to see this.
 */
export function apply(change, onReset) {
  const { type } = change;
  if (type === "call" || type === "delivery") ofTraffic(type, change[type]);
  else if (!me.peek()) again(onReset);
  else if (type === "faults") faults.value = change.faults;
  else if (type === "clock") setClock(change);
  else if (type === "reset" || type === "resync") again(onReset);
  else if (type === "home_published") published(change);
  else if (type.startsWith("view_")) ofViews(change);
  else ofMessages(change);
}

function ofTraffic(kind, entry) {
  record(kind, entry);
  if (entry.fault) again(refreshFaults); // It may have been the last time.
}

function published({ user, view }) {
  if (user === me.peek()) showHome(view.app_id, view);
}

function ofViews({ user }) {
  if (user === me.peek()) again(refreshViews);
}

function ofMessages(change) {
  if (change.message) {
    timeline.peek()?.apply(change);
    thread.peek()?.apply(change);
  }
  if (OF_CONVERSATIONS.has(change.type)) again(refreshConversations);
  if (OF_PEOPLE.has(change.type)) again(refreshWorkspace);
  if (change.type === "read" || isForSomebody(change)) refreshWaiting();
}

/** Looks again. Where that fails the sandbox is gone, and everything is looked at anew when the stream stands again. */
function again(refresh) {
  refresh().catch(() => {});
}

function isForSomebody({ type, channel, message }) {
  return type === "message_posted" && (!channel.startsWith("C") || /<[@!]/.test(message.text));
}
