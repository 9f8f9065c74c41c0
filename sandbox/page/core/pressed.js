/** What is pressed right now. A press whose node is taken away before it is let go is lost: the browser clicks nothing. */

import { signal } from "./signals.js";

const pressed = signal(null);

document.addEventListener("pointerdown", ({ target }) => (pressed.value = target), { capture: true });
for (const type of ["pointerup", "pointercancel", "dragend"]) {
  // The click comes after the button is let go, and must still find the node.
  document.addEventListener(type, () => setTimeout(() => (pressed.value = null)), { capture: true });
}
addEventListener("blur", () => (pressed.value = null));

/** Tells whether something inside of `node` is held down. An effect that is told so runs again once it is let go. */
export function isPressed(node) {
  return node.contains(pressed.peek()) && node.contains(pressed.value);
}
