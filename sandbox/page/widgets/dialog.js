/** A dialog of the page's own: a title, a body, and what the person may do. */

import { h, newId } from "../core/dom.js";
import { icon } from "./icons.js";

/** Opens a dialog and returns it; it goes away when it closes. `foot` are the buttons at its end. */
export function openDialog({ title, body, foot = [], look = "" }) {
  const label = newId("title");
  const close = { type: "button", class: "icon-button", "aria-label": "Close", onclick: () => dialog.close() };
  const dialog = h(
    "dialog",
    { class: `dialog ${look}`, "aria-labelledby": label, onclose: () => dialog.remove() },
    h("header", { class: "dialog-head" }, h("h2", { id: label }, title), h("button", close, icon("close"))),
    h("div", { class: "dialog-body" }, body),
    foot.length > 0 && h("footer", { class: "dialog-foot" }, foot),
  );
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}
