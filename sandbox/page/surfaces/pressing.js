/** Using an element of Block Kit, wherever it stands: asking first where it wants that, and telling the app. */

import { act } from "../core/api.js";
import { me } from "../core/state.js";

/** Returns what tells an element from the others on its surface. */
export function spotKey({ block, element }) {
  return keyOf({ blockId: block.block_id, actionId: element.action_id });
}

export function keyOf({ blockId, actionId }) {
  return `${blockId}/${actionId}`;
}

/** Tells whether using an element tells the app at once; the field of an input block does only where it says so. */
export function dispatches({ block }) {
  return block.type !== "input" || Boolean(block.dispatch_action);
}

/**
 * Uses an element. `where` names the surface: `{surface: "message", channel, ts}`, `{surface: "modal"}` or
 * `{surface: "home", app}`. Promises what went wrong, or nothing.
 */
export async function press({ block, element }, value, where) {
  const ids = { block_id: block.block_id, action_id: element.action_id };
  const answer = await act("press", { user: me.peek(), ...where, ...ids, value: plain(value) });
  if (answer.timeout) return "The app did not answer. It has three seconds to.";
  return answer.sent && answer.status !== 200 ? `The app answered with the status ${answer.status}.` : "";
}

/** Asks the app what it offers in an external menu for what was typed. */
export function offered({ block, element }, query, where) {
  const ids = { block_id: block.block_id, action_id: element.action_id };
  return act("options", { user: me.peek(), ...where, ...ids, query });
}

/** Returns a value as the control API takes it: an option by its value, a file by its id. */
export function plain(value) {
  if (Array.isArray(value)) return value.map(plain);
  if (value && typeof value === "object") return value.value ?? value.id ?? value;
  return value;
}

/** Returns what an entry of a view's state holds, under whatever key its element keeps it. */
export function heldIn(entry) {
  return Object.entries(entry).find(([key]) => key !== "type" && key !== "timezone")?.[1] ?? null;
}

/** Returns what an element holds that nobody has touched. */
export function initially(element) {
  return Object.entries(element).find(([key]) => key.startsWith("initial_"))?.[1] ?? null;
}
