/** Short notices at the edge, which go away by themselves. */

import { h } from "../core/dom.js";

const SHOWN_MS = 6000;

let box = null;

/** Tells the person something that belongs to no place on the page. */
export function toast(words) {
  box ??= document.body.appendChild(h("div", { class: "toasts", role: "status", popover: "manual" }));
  const note = h("div", { class: "toast" }, words);
  box.append(note);
  box.hidePopover();
  box.showPopover(); // Once more, so that it stands above a dialog that was opened since.
  setTimeout(() => note.remove(), SHOWN_MS);
}

/** Does something and tells the person where it could not be done. */
export async function attempt(work) {
  try {
    return await work();
  } catch (problem) {
    toast(problem.message);
    return undefined;
  }
}
