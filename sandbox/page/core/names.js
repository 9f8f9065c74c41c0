/** What people, apps and conversations are called. */

import { apps, conversations, me, users } from "./state.js";

/** Returns the name by which somebody is shown; an id nobody has is shown as it is. */
export function nameOf(userId) {
  const user = users.value.get(userId);
  return user ? user.profile.display_name || user.real_name || user.profile.real_name || user.name : userId;
}

/** Returns the app whose bot this user is. */
export function appOf(userId) {
  return apps.value.find((app) => app.user_id === userId);
}

/** Returns those one can act as: people who are not deactivated. */
export function people() {
  return [...users.value.values()].filter((user) => !user.is_bot && !user.deleted);
}

/** Returns the other side of a direct message. */
export function otherSide(conversation) {
  return conversation.user ?? conversation.members.find((member) => member !== me.value) ?? me.value;
}

/** Returns the name of a conversation, without its sign. */
export function titleOf(conversation) {
  if (conversation.kind === "im") return nameOf(otherSide(conversation));
  if (conversation.kind !== "mpim") return conversation.name;
  return conversation.members
    .filter((member) => member !== me.value)
    .map(nameOf)
    .join(", ");
}

/** Returns the sign of a conversation: `#`, a lock, or nothing for direct messages. */
export function signOf(conversation) {
  if (conversation.kind === "private_channel") return "lock";
  return conversation.kind === "public_channel" ? "hash" : "";
}

/** Finds a conversation by id, by the name of a channel, or a direct message by `@name`. */
export function conversationNamed(named) {
  const known = conversations.value;
  if (known.has(named)) return known.get(named);
  const name = named.replace(/^#/, "");
  return [...known.values()].find((one) =>
    one.kind === "im" ? `@${users.value.get(otherSide(one))?.name}` === named : one.name === name,
  );
}

/** Finds somebody by id, or by name with or without `@`. */
export function userNamed(named) {
  const name = named.replace(/^@/, "");
  return users.value.get(name) ?? [...users.value.values()].find((user) => user.name === name);
}
