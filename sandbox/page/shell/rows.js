/** From messages to the rows of a list: days, what is new, and who says several things in a row. */

import { me } from "../core/state.js";
import { dayOf } from "../text/dates.js";
import { isJoin, isNotice } from "./message.js";

const TOGETHER_SECONDS = 5 * 60;

/**
 * Returns the rows: `{kind: "day" | "new" | "joins" | "message", key, …}`, oldest first. A message at a seam is drawn as
 * it was before older ones came in above it: the browser holds on to it to keep everything in its place.
 */
export function rowsOf(messages, { readUpTo, seams }) {
  const rows = [];
  messages.forEach((message, at) => {
    const before = messages[at - 1];
    const day = dayOf(Number(message.ts));
    if (!before || dayOf(Number(before.ts)) !== day)
      rows.push({ kind: "day", key: `day ${day}`, at: Number(message.ts) });
    if (isFirstNew(message, before, readUpTo)) rows.push({ kind: "new", key: "new" });
    const last = seams.has(message.ts) ? {} : rows.at(-1);
    if (isJoin(message)) addJoin(rows, last, message);
    else rows.push({ kind: "message", key: message.ts, message, grouped: belongs(last.message, message) });
  });
  return rows;
}

function isFirstNew(message, before, readUpTo) {
  if (!readUpTo || message.ts <= readUpTo || message.user === me.peek()) return false;
  return !before || before.ts <= readUpTo;
}

/** Adds to those who have come in just before, brought by the same person, or begins anew. */
function addJoin(rows, last, message) {
  if (last.kind === "joins" && last.messages[0].inviter === message.inviter) {
    rows[rows.length - 1] = { ...last, messages: [...last.messages, message] };
  } else {
    rows.push({ kind: "joins", key: message.ts, messages: [message] });
  }
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
    before !== undefined &&
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
