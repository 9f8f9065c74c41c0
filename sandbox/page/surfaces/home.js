/** A Home tab as the surface that its elements turn to: see `drawBlocks`. */

import { dispatches, heldIn, spotKey } from "../core/spots.js";
import { confirmed } from "../widgets/confirm.js";
import { attempt, toast } from "../widgets/toasts.js";
import { offered, press } from "./pressing.js";

/** Returns the surface of the Home tab that an app has published. */
export function homeSurface(view) {
  const where = { surface: "home", app: view.app_id };
  const typed = new Map();
  const told = ({ block, element }) => {
    const entry = view.state.values[block.block_id]?.[element.action_id];
    return entry ? heldIn(entry) : null;
  };

  async function send(spot, value) {
    const problem = await attempt(() => press(spot, value, where));
    if (problem) toast(problem);
  }

  return {
    value: (spot) => typed.get(spotKey(spot)) ?? told(spot),
    hold: (spot, value) => typed.set(spotKey(spot), value),
    async use(spot, value) {
      const { confirm } = spot.element;
      if (confirm && !(await confirmed(confirm))) return false;
      if (value !== undefined) typed.set(spotKey(spot), value);
      await send(spot, value);
      return true;
    },
    async check(spot) {
      if (!dispatches(spot) && typed.has(spotKey(spot))) await send(spot, typed.get(spotKey(spot)));
    },
    submit: () => {},
    options: (spot, query) => offered(spot, query, where),
    error: () => undefined,
  };
}
