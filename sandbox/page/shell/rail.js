/** The people of the workspace at the edge: one press, and one is somebody else. What waits for them is counted. */

import { fill, h } from "../core/dom.js";
import { tick } from "../core/clock.js";
import { people } from "../core/names.js";
import { actAs } from "../core/navigation.js";
import { effect } from "../core/signals.js";
import { me, team, waiting } from "../core/state.js";
import { timeIn, zoneName } from "../text/dates.js";
import { avatar } from "../widgets/avatar.js";
import { attempt } from "../widgets/toasts.js";

/** Draws the rail. */
export function rail() {
  const node = h("nav", { class: "rail", "aria-label": "Act as" });
  effect(() => {
    tick.value;
    fill(node, h("span", { class: "rail-mark", "aria-hidden": "true" }, team.value.name.charAt(0)), people().map(one));
  });
  return node;
}

function one({ id, real_name: name, tz, profile }) {
  const count = id === me.value ? 0 : (waiting.value.get(id) ?? 0);
  const time = timeIn(tz);
  const about = [name, profile.title, `${time} ${zoneName(tz)}`].filter(Boolean).join(", ");
  return h(
    "button",
    {
      type: "button",
      class: "rail-person",
      "aria-pressed": String(id === me.value),
      title: `${about} (${tz})`,
      onclick: () => attempt(() => actAs(id)),
    },
    avatar(id, "large"),
    h("span", { class: "unseen" }, about),
    count > 0 && h("span", { class: "count" }, String(count), h("span", { class: "unseen" }, " waiting")),
    h("small", { "aria-hidden": "true" }, time.replace(/ ([AP])M$/, (_, half) => half.toLowerCase())),
  );
}
