/** A message as the surface that its elements turn to: see `drawBlocks`. */

import { initially, spotKey } from "../core/spots.js";
import { me } from "../core/state.js";
import { confirmed } from "../widgets/confirm.js";
import { attempt, toast } from "../widgets/toasts.js";
import { offered, press } from "./pressing.js";

/** What people have chosen in messages: it outlives the drawing of a message, not that of the page. */
const chosen = new Map();

/** Returns the surface of a message in a conversation. */
export function messageSurface(channel, ts) {
  const where = { surface: "message", channel, ts };
  const key = (spot) => [me.peek(), channel, ts, spotKey(spot)].join(" ");
  const surface = {
    value: (spot) => (chosen.has(key(spot)) ? chosen.get(key(spot)) : initially(spot.element)),
    hold: (spot, value) => chosen.set(key(spot), value),
    async use(spot, value) {
      const { confirm } = spot.element;
      if (confirm && !(await confirmed(confirm))) return false;
      if (value !== undefined) surface.hold(spot, value);
      const problem = await attempt(() => press(spot, value, where));
      if (problem) toast(problem);
      return true;
    },
    check: () => {},
    submit: () => {},
    options: (spot, query) => offered(spot, query, where),
    error: () => undefined,
  };
  return surface;
}
