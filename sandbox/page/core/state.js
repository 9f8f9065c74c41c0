/** What the page knows. Regions read it and are drawn anew when it changes; `session` and `changes` write it. */

import { signal } from "./signals.js";

/** The workspace itself: `{id, name, domain}`. */
export const team = signal({ id: "", name: "", domain: "" });

/** Everybody by id, bots and deactivated people included. */
export const users = signal(new Map());

/** The installed apps, with their commands, shortcuts and tabs. */
export const apps = signal([]);

export const usergroups = signal(new Map());

/** The workspace's own emoji: a name to an address, or to `alias:name`. */
export const ownEmoji = signal({});

/** Who is acted as: a user's id. */
export const me = signal("");

/** The conversations that this person may see, by id, with what is unread. */
export const conversations = signal(new Map());

/** How many messages wait for each of the other people: direct ones and mentions, by user id. */
export const waiting = signal(new Map());

/** Where the person is: `{channel}`, or `{app, tab}` on the pages of an app. */
export const place = signal(null);

/** What stands at the side: `{kind: "thread", ts}`, `details`, `search` or `inspector`; null for nothing. */
export const panel = signal(null);

/** A message to bring before the eyes: `{ts}`, a new object for each wish. */
export const spotlight = signal(null);

/** The messages of the conversation and of the thread that are open: Timelines. */
export const timeline = signal(null);
export const thread = signal(null);

/** The modals of this person, the top one last, and the Home tabs by app. */
export const views = signal([]);
export const homes = signal(new Map());

/** Whether the stream of changes stands. */
export const connected = signal(true);

/** The time zone in which this person reads. */
export function zone() {
  return users.value.get(me.value)?.tz ?? "Etc/UTC";
}
