/**
 * The address of the page says where it is: `#user=U01ANA&channel=general&thread=1736.0001&panel=inspector&theme=dark`.
 * People and channels may be named or given by id; `channel=@ana` is a direct message; `app=A0SANDBOX1&tab=messages` are
 * the pages of an app; `message=1736.0001` brings one message before the eyes.
 */

import { actAs, firstConversation, openApp, openConversation, openThread, togglePanel } from "./navigation.js";
import { conversationNamed, people, userNamed } from "./names.js";
import { become, refreshConversations } from "./session.js";
import { effect } from "./signals.js";
import { apps, conversations, me, panel, place, spotlight } from "./state.js";
import { setTheme, theme } from "./theme.js";

let written = "";

/** Returns what the address asks for. */
export function asked() {
  return Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
}

/** Goes where the address says; what it does not say stays as it is, or is the first there is. */
export async function goToAddress() {
  const wanted = asked();
  setTheme(wanted.theme);
  const user = (wanted.user && userNamed(wanted.user)?.id) ?? (me.peek() || people()[0]?.id);
  if (me.peek()) await actAs(user);
  else if (user) await become(user);
  await goToPlace(wanted);
  if (wanted.panel && wanted.panel !== panel.peek()?.kind) togglePanel(wanted.panel);
}

async function goToPlace(wanted) {
  const app = wanted.app && apps.peek().find((one) => one.id === wanted.app || one.user_id === wanted.app);
  if (app) {
    await openApp(app.id, wanted.tab);
    return;
  }
  const channel = wanted.channel ? (await found(wanted.channel))?.id : place.peek()?.channel;
  if (channel !== place.peek()?.channel || !channel) await openConversation(channel ?? firstConversation());
  if (wanted.thread) await openThread(place.peek().channel, wanted.thread);
  if (wanted.message) spotlight.value = { ts: wanted.message };
}

/** Finds a conversation, also one that has just been created. */
async function found(name) {
  if (!conversationNamed(name)) await refreshConversations();
  return conversationNamed(name);
}

/** Keeps the address in line with where the page is, and the page with an address that somebody enters. */
export function followAddress() {
  window.addEventListener("hashchange", async () => {
    if (location.hash === written) return;
    await goToAddress();
    write({ anew: false }); // An address need not say everything, and what it leaves out has to survive a reload.
  });
  effect(() => write({ anew: true }));
}

function write({ anew }) {
  if (!me.value) return;
  const next = `#${new URLSearchParams(here())}`;
  if (next === location.hash) return;
  written = next;
  const moved = anew && !samePlace(next, location.hash);
  history[moved ? "pushState" : "replaceState"](null, "", next);
}

function here() {
  const { channel, app, tab } = place.value ?? {};
  const known = conversations.value.get(channel);
  const shown = panel.value;
  const parts = {
    user: me.value,
    ...(app ? { app, tab } : { channel: known?.is_channel ? known.name : channel }),
    ...(shown?.kind === "thread" && { thread: shown.ts }),
    ...(shown?.kind === "inspector" && { panel: "inspector" }),
    theme: asked().theme && theme.value,
  };
  return Object.entries(parts).filter(([, value]) => value);
}

function samePlace(one, other) {
  const [left, right] = [one, other].map((hash) => new URLSearchParams(hash.slice(1)));
  return ["user", "channel", "app"].every((name) => left.get(name) === right.get(name));
}
