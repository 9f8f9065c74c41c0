/** From messages to the rows of a list: days, what is new, and who says several things in a row. */

import { me } from "../core/state.js";
import { dayOf } from "../text/dates.js";
import { isJoin, isNotice } from "./message.js";

const TOGETHER_SECONDS = 5 * 60;

/** Returns the rows: `{kind: "day" | "new" | "joins" | "message", key, …}`, oldest first. */
export function rowsOf(messages, readUpTo = "") {
  const rows = [];
  let before = null;
  for (const message of messages) {
    const { ts } = message;
    const isFirst = !before || dayOf(Number(before.ts)) !== dayOf(Number(ts));
    if (isFirst) rows.push({ kind: "day", key: `day ${dayOf(Number(ts))}`, at: Number(ts) });
    const isNew = readUpTo && ts > readUpTo && (!before || before.ts <= readUpTo) && message.user !== me.peek();
    if (isNew) rows.push({ kind: "new", key: "new" });
    const last = rows.at(-1);
    if (isJoin(message) && last.kind === "joins" && last.messages[0].inviter === message.inviter) {
      rows[rows.length - 1] = { ...last, messages: [...last.messages, message] };
    } else if (isJoin(message)) {
      rows.push({ kind: "joins", key: ts, messages: [message] });
    } else {
      rows.push({ kind: "message", key: ts, message, grouped: last.kind === "message" && belongs(last.message, message) });
    }
    before = message;
  }
  return rows;
}

/** Tells whether two rows would be drawn the same. */
export function sameRow(one, other) {
  if (one.kind !== other.kind) return false;
  if (one.kind === "message") return one.message === other.message && one.grouped === other.grouped;
  if (one.kind !== "joins") return true;
  return one.messages.length === other.messages.length && one.messages.every((m, at) => m === other.messages[at]);
}

function belongs(before, message) {
  return (
    before.user === message.user &&
    before.username === message.username &&
    Number(message.ts) - Number(before.ts) < TOGETHER_SECONDS &&
    !before.is_ephemeral === !message.is_ephemeral &&
    !isNotice(before) &&
    !isNotice(message) &&
    !message.pinned_to &&
    before.subtype !== "tombstone"
  );
}
