/** The people of the workspace at the edge: one press, and one is somebody else. What waits for them is counted. */

import { tick } from "../core/clock.js";
import { change, fill, h } from "../core/dom.js";
import { alike, keyed } from "../core/keyed.js";
import { people } from "../core/names.js";
import { actAs } from "../core/navigation.js";
import { effect } from "../core/signals.js";
import { me, team, waiting } from "../core/state.js";
import { timeIn, zoneName } from "../text/dates.js";
import { avatar } from "../widgets/avatar.js";
import { attempt } from "../widgets/toasts.js";

/** Draws the rail. */
export function rail() {
  const mark = h("span", { class: "rail-mark", "aria-hidden": "true" });
  const list = h("div", { class: "rail-people" });
  effect(() => (mark.textContent = team.value.name.charAt(0)));
  effect(() => {
    tick.value;
    keyed(list, people().map(entry), { key: ({ id }) => id, same: alike, draw: line });
  });
  return h("nav", { class: "rail", "aria-label": "Act as" }, mark, list);
}

function entry({ id, real_name: name, tz, profile }) {
  const isMe = id === me.value;
  const time = timeIn(tz);
  const about = [name, profile.title, `${time} ${zoneName(tz)}`].filter(Boolean).join(", ");
  return { id, isMe, tz, time, about, first: name.split(" ")[0], count: isMe ? 0 : (waiting.value.get(id) ?? 0) };
}

/** Draws a person. The button stays as long as they do: the time and what waits change while one may be pressing it. */
function line({ id, isMe, tz, time, about, first, count }, node = h("button")) {
  node.onclick = () => attempt(() => actAs(id));
  change(node, { type: "button", class: "rail-person", "aria-pressed": String(isMe), title: `${about} (${tz})` });
  return fill(
    node,
    avatar(id, "large"),
    h("span", { class: "unseen" }, about),
    count > 0 && h("span", { class: "count" }, String(count), h("span", { class: "unseen" }, " waiting")),
    h("b", { "aria-hidden": "true" }, first),
    h(
      "small",
      { "aria-hidden": "true" },
      time.replace(/ ([AP])M$/, (_, half) => half.toLowerCase()),
    ),
  );
}
