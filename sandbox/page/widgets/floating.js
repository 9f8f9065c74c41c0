/** Things that float above the page beside what they belong to: lists of choices, menus, calendars. */

import { h } from "../core/dom.js";

const GAP = 4;
const EDGE = 8;
const TALLEST = 480;

/**
 * Shows `content` beside `anchor`, as a popover of the browser: it is never cut off, and stands above any dialog.
 * It goes away when somebody presses elsewhere, or by the returned function; `onClose` hears of both.
 */
export function float(anchor, content, { onClose = () => {}, align = "start", match = false } = {}) {
  const box = h("div", { class: "floating", popover: "manual" }, content);
  (anchor.closest("dialog") ?? document.body).append(box); // Whatever is outside an open dialog cannot be reached.
  box.showPopover();

  function place() {
    const at = anchor.getBoundingClientRect();
    if (match) box.style.minWidth = `${at.width}px`;
    const below = innerHeight - at.bottom - EDGE;
    const above = at.top - EDGE;
    const up = below < Math.min(box.scrollHeight, TALLEST) && above > below;
    box.style.maxHeight = `${Math.min(TALLEST, up ? above : below) - GAP}px`;
    const wanted = align === "end" ? at.right - box.offsetWidth : at.left;
    box.style.left = `${Math.max(EDGE, Math.min(wanted, innerWidth - box.offsetWidth - EDGE))}px`;
    box.style.top = up ? "auto" : `${at.bottom + GAP}px`;
    box.style.bottom = up ? `${innerHeight - at.top + GAP}px` : "auto";
  }

  const watching = new AbortController();
  const sizes = new ResizeObserver(place);

  function close() {
    if (watching.signal.aborted) return;
    watching.abort();
    sizes.disconnect();
    box.remove();
    onClose();
  }

  function outside({ target }) {
    if (!box.contains(target) && !anchor.contains(target)) close();
  }

  document.addEventListener("pointerdown", outside, { capture: true, signal: watching.signal });
  addEventListener("scroll", place, { capture: true, signal: watching.signal });
  addEventListener("resize", place, { signal: watching.signal });
  sizes.observe(box);
  place();
  return close;
}
