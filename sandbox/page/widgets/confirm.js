/** Asking before something counts: Block Kit's confirmation dialog. */

import { h, newId } from "../core/dom.js";
import { plainText, textObject } from "../text/mrkdwn.js";

const DEFAULTS = { title: "Are you sure?", confirm: "Yes", deny: "Cancel" };

/** Asks, and promises whether the person agreed. */
export function confirmed({ title, text, confirm, deny, style = "primary" }) {
  const label = newId("title");
  const words = (object, otherwise) => plainText(object?.text ?? otherwise);
  const yes = h("button", { class: `button ${style}`, value: "yes" }, words(confirm, DEFAULTS.confirm));
  const no = h("button", { class: "button", value: "" }, words(deny, DEFAULTS.deny));
  const dialog = h(
    "dialog",
    { class: "dialog dialog-small", "aria-labelledby": label },
    h(
      "form",
      { method: "dialog" },
      h("header", { class: "dialog-head" }, h("h2", { id: label }, words(title, DEFAULTS.title))),
      h("div", { class: "dialog-body text" }, text ? textObject(text) : null),
      h("footer", { class: "dialog-foot" }, no, yes),
    ),
  );
  document.body.append(dialog);
  dialog.showModal();
  yes.focus();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      resolve(dialog.returnValue === "yes");
      dialog.remove();
    });
  });
}
