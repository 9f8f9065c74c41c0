/** Bringing one message before the eyes. */

import { timeline } from "../core/state.js";

const SHOWN_MS = 2500;

/** Scrolls to a message of the conversation that is open, loading what is older where need be, and marks it a while. */
export async function scrollToMessage(ts) {
  const opened = timeline.peek();
  if (!opened?.messages.peek()?.some((message) => message.ts === ts)) await opened?.loadAll();
  await new Promise(requestAnimationFrame);
  const node = document.querySelector(`.conversation .message[data-ts="${CSS.escape(ts)}"]`);
  if (!node) return;
  node.scrollIntoView({ block: "center" });
  node.focus({ preventScroll: true });
  node.classList.add("found-message");
  setTimeout(() => node.classList.remove("found-message"), SHOWN_MS);
}
