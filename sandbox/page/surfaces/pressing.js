/** Telling the app that an element of Block Kit was used, and asking it what a menu offers. */

import { act } from "../core/api.js";
import { plain } from "../core/spots.js";
import { me } from "../core/state.js";

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
