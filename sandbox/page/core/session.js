/** Loading what the page knows: the workspace, and what one person sees of it. */

import { act, look } from "./api.js";
import { setClock } from "./clock.js";
import { coalesced, settled } from "./coalesced.js";
import { people } from "./names.js";
import * as state from "./state.js";

const CALM_MS = 400;
const MOST_COUNTED = 30;

/** Loads who and what is in the workspace. */
export const refreshWorkspace = coalesced(async () => {
  const found = await look("state");
  state.team.value = found.workspace;
  state.users.value = new Map(found.users.map((user) => [user.id, user]));
  state.apps.value = found.apps;
  state.usergroups.value = new Map(found.usergroups.map((group) => [group.id, group]));
  state.ownEmoji.value = found.emoji;
  setClock(found.clock);
});

/** Loads the conversations of the person who is acted as. */
export const refreshConversations = coalesced(async () => {
  const user = state.me.peek();
  const found = await conversationsOf(user);
  if (user === state.me.peek()) state.conversations.value = found;
});

/** Loads the modals that the person has open. */
export const refreshViews = coalesced(async () => {
  const user = state.me.peek();
  const { views } = await look("views", { user });
  if (user === state.me.peek()) state.views.value = views;
});

const countWaiting = coalesced(async () => {
  const counts = people()
    .slice(0, MOST_COUNTED)
    .map(async ({ id }) => {
      const found = await conversationsOf(id);
      return [id, [...found.values()].reduce((sum, one) => sum + (one.mention_count ?? 0), 0)];
    });
  state.waiting.value = new Map(await Promise.all(counts));
});

/** Counts what waits for each of the first people, when things have calmed down; it is no matter where that fails. */
export const refreshWaiting = settled(() => countWaiting().catch(() => {}), CALM_MS);

let wanted = "";

/** Returns who is acted as, or is about to be. */
export function actingAs() {
  return wanted || state.me.peek();
}

/**
 * Acts as somebody else from now on: what they see replaces what was seen before, at one stroke. Returns false if
 * somebody else was chosen meanwhile.
 */
export async function become(user) {
  wanted = user;
  try {
    const [conversations, { views }] = await Promise.all([conversationsOf(user), look("views", { user })]);
    return wanted === user && replaceSeen(user, conversations, views);
  } finally {
    if (wanted === user) wanted = "";
  }
}

function replaceSeen(user, conversations, views) {
  state.me.value = user;
  state.conversations.value = conversations;
  state.views.value = views;
  state.homes.value = new Map();
  return true;
}

/** Opens an app's Home tab: the app is told; what it has published, now or before, is shown. */
export async function openHome(app) {
  const user = state.me.peek();
  const answer = await act("home", { user, app, tab: "home" });
  const { view } = answer.timeout ? await look("home", { user, app }).catch(() => answer) : answer;
  if (user === state.me.peek()) showHome(app, view);
}

/** Takes over what an app has published for this person. */
export function showHome(app, view) {
  state.homes.value = new Map(state.homes.peek()).set(app, view);
}

/** Notes that the person has read a conversation to its end. */
export function markRead(channel) {
  return act("read", { user: state.me.peek(), channel });
}

async function conversationsOf(user) {
  const { conversations } = await look("conversations", { user });
  return new Map(conversations.map((one) => [one.id, one]));
}
