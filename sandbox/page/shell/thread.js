/** A thread, beside the conversation it belongs to. */

import { fill, h } from "../core/dom.js";
import { effect } from "../core/signals.js";
import { thread } from "../core/state.js";
import { composer } from "./composer.js";
import { messageList } from "./message_list.js";

/** Draws the thread that is open. */
export function threadPanel() {
  const foot = h("div");
  effect(() => {
    const opened = thread.value;
    if (opened) fill(foot, composer({ channel: opened.channel, threadTs: opened.threadTs, placeholder: "Reply…" }));
  });
  return [messageList({ current: () => thread.value, label: "Thread", inThread: true }), foot];
}
