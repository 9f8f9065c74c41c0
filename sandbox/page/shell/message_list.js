/** A list of messages: it opens at what is new, stays at its end while one is there, and loads older ones above. */

import { fill, h } from "../core/dom.js";
import { keyed } from "../core/keyed.js";
import { isPressed } from "../core/pressed.js";
import { effect, signal } from "../core/signals.js";
import { spotlight } from "../core/state.js";
import { time } from "../text/dates.js";
import { icon } from "../widgets/icons.js";
import { attempt } from "../widgets/toasts.js";
import { drawMessage, notice } from "./message.js";
import { messageActions } from "./message_actions.js";
import { rowsOf, sameRow } from "./rows.js";

const NEAR_PX = 60;
const ABOVE_NEW_PX = 16;
const LIT_MS = 2500;
const FRAMES_TO_DRAW = 4;

/** Draws the messages of the timeline that `current()` returns; `before` is what stands above the first one. */
export function messageList({ current, label, inThread = false, before = () => null }) {
  const above = h("div", { class: "list-above" });
  const rows = h("div", { class: "rows" });
  const atEnd = signal(true);
  const box = h(
    "div",
    { class: "message-list", role: "log", "aria-label": label, tabindex: 0, onscroll: scrolled, onkeydown: walk },
    above,
    rows,
  );
  const jump = h(
    "button",
    { type: "button", class: "jump-to-end button", onclick: toEnd },
    icon("chevron"),
    "Latest messages",
  );
  let shown = null;
  let height = 0;
  let width = 0;

  effect(() => {
    const timeline = current();
    const messages = timeline?.messages.value;
    if (!messages || isPressed(rows)) return;
    const isOther = timeline !== shown;
    shown = timeline;
    keepingPlace(() => {
      keyed(rows, rowsOf(messages, timeline), {
        key: ({ key }) => `${timeline.user} ${timeline.channel} ${key}`,
        same: (one, other) => !isOther && sameRow(one, other),
        draw: (row) => drawRow(row, timeline.channel, inThread),
      });
      fill(above, !timeline.more.value && before());
    });
    if (isOther) toNew();
    else if (atEnd.peek()) toEnd();
  });
  if (!inThread) effect(() => spotlight.value && bringUp(spotlight.value.ts));
  effect(() => (jump.hidden = atEnd.value));
  const sizes = new ResizeObserver(() => {
    if (atEnd.peek()) toEnd();
    height = box.clientHeight;
    width = box.clientWidth;
  });
  sizes.observe(rows);
  sizes.observe(box);
  messageActions(box, () => ({ timeline: shown, inThread }));
  return h("div", { class: "message-list-box" }, box, jump);

  function toEnd() {
    box.scrollTop = box.scrollHeight;
    atEnd.value = true;
  }

  /** Goes to the line above what is new; to the end, where all of it can be seen from there. */
  function toNew() {
    toEnd();
    const line = rows.querySelector(".divider-new");
    const above = line ? line.getBoundingClientRect().top - box.getBoundingClientRect().top - ABOVE_NEW_PX : 0;
    if (above >= 0) return;
    atEnd.value = false;
    box.scrollTop += above;
    keepBelowTop(line, shown);
  }

  /** How tall the messages above are shows only once they are drawn, and the browser doesn't always make up for it. */
  async function keepBelowTop(line, timeline) {
    for (let frame = 0; frame < FRAMES_TO_DRAW; frame += 1) {
      await new Promise(requestAnimationFrame);
      if (timeline !== shown || atEnd.peek() || !line.isConnected) return;
      const off = line.getBoundingClientRect().top - box.getBoundingClientRect().top - ABOVE_NEW_PX;
      if (Math.abs(off) > 1) box.scrollTop += off;
    }
  }

  /**
   * Draws, and keeps what is before the eyes where it is, also where older messages come in above it. The browser does
   * that by itself, and through its own smooth scrolling; at the very top, and in browsers that never do, it is done here.
   */
  function keepingPlace(draw) {
    if (box.scrollTop > 0 && CSS.supports("overflow-anchor", "auto")) {
      draw();
      return;
    }
    const first = rows.querySelector(".message");
    const top = first?.getBoundingClientRect().top;
    box.style.overflowAnchor = "none";
    draw();
    if (first?.isConnected) box.scrollTop += first.getBoundingClientRect().top - top;
    requestAnimationFrame(() => (box.style.overflowAnchor = ""));
  }

  /** Brings a message before the eyes, loading what is older where need be, and marks it a while. */
  async function bringUp(ts) {
    if (!shown?.messages.peek()?.some((message) => message.ts === ts)) await shown?.loadAll();
    await new Promise(requestAnimationFrame);
    const node = rows.querySelector(`[data-ts="${CSS.escape(ts)}"]`);
    if (!node) return;
    atEnd.value = false;
    node.scrollIntoView({ block: "start" });
    // How tall it is shows only once it is drawn: what is out of sight takes a place of any height.
    await new Promise(requestAnimationFrame);
    await new Promise(requestAnimationFrame);
    if (node.offsetHeight < box.clientHeight) node.scrollIntoView({ block: "center" });
    node.focus({ preventScroll: true });
    node.classList.add("found-message");
    setTimeout(() => node.classList.remove("found-message"), LIT_MS);
  }

  function scrolled() {
    // The browser scrolls by itself when the list gets another size; that is nobody going away from the end.
    if (box.clientHeight !== height || box.clientWidth !== width) return;
    atEnd.value = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_PX;
    // Once more afterwards: whoever has come to the very top meanwhile scrolls no further, and nothing would tell.
    if (box.scrollTop < box.clientHeight && shown?.more.peek()) attempt(() => shown.loadEarlier().then(scrolled));
  }

  /** Goes from message to message with the arrow keys. */
  function walk(event) {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const isField = event.target.closest("input, textarea, select, [role=menu], [role=listbox]");
    if (!step || isField) return;
    const all = [...rows.querySelectorAll(".message")];
    const at = all.indexOf(event.target.closest(".message"));
    const next = at < 0 ? all.at(-1) : all[at + step];
    if (!next) return;
    event.preventDefault();
    next.focus();
  }
}

function drawRow(row, channel, inThread) {
  if (row.kind === "day") {
    return h("div", { class: "divider", role: "separator" }, time(row.at, "{day_divider_pretty}", { begins: true }));
  }
  if (row.kind === "new") return h("div", { class: "divider divider-new", role: "separator" }, h("span", {}, "New"));
  if (row.kind === "joins") return notice(row.messages, channel);
  return drawMessage({ ...row, channel, inThread });
}
