/** The modal on top of a person's stack of views. */

import { fill, h, newId } from "../core/dom.js";
import { alike, keyed } from "../core/keyed.js";
import { isPressed } from "../core/pressed.js";
import { effect } from "../core/signals.js";
import { apps, views } from "../core/state.js";
import { drawBlock } from "../blocks/blocks.js";
import { Form } from "../surfaces/form.js";
import { plainText } from "../text/mrkdwn.js";
import { avatar } from "../widgets/avatar.js";
import { icon } from "../widgets/icons.js";

const FIELDS = "input:not([hidden]):not([type=file]), textarea";

/** Draws the dialog; it is open while the person has a view. */
export function modal() {
  const titleId = newId("title");
  const head = h("header", { class: "dialog-head" });
  const body = h("div", { class: "dialog-body blocks", tabindex: -1 });
  const trouble = h("div", { class: "trouble", role: "alert" });
  const foot = h("footer", { class: "dialog-foot" });
  const dialog = h(
    "dialog",
    { class: "dialog modal", "aria-labelledby": titleId, oncancel: cancel, onkeydown: press },
    head,
    body,
    trouble,
    foot,
  );
  const forms = new Map();
  let shown = null;

  effect(() => {
    const stack = views.value;
    for (const view of stack) {
      if (forms.has(view.id)) forms.get(view.id).absorb(view);
      else forms.set(view.id, new Form(view, focusFirstError));
    }
    const open = new Set(stack.map(({ id }) => id));
    for (const id of forms.keys()) if (!open.has(id)) forms.delete(id);
    show(forms.get(stack.at(-1)?.id) ?? null, stack.length);
  });
  return dialog;

  function show(form, depth) {
    const isOther = form !== shown;
    shown = form;
    if (!form) {
      dialog.close();
      fill(body);
      return;
    }
    effect(() => isPressed(head) || fill(head, heading(form, depth)));
    effect(() => isPressed(body) || drawBody(form));
    effect(() => fill(trouble, form.trouble.value && [icon("warning"), form.trouble.value]));
    effect(() => isPressed(foot) || fill(foot, buttons(form)));
    if (!dialog.open) dialog.showModal();
    if (!isOther) return;
    body.scrollTop = 0;
    focusFirst(form);
  }

  function heading(form, depth) {
    const { title, app_id: appId } = form.view.value;
    const app = apps.value.find(({ id }) => id === appId);
    return [
      depth > 1 && tool("Back", "back", () => form.close()),
      app && avatar(app.user_id),
      h("h2", { id: titleId }, plainText(title.text)),
      tool("Close", "close", () => form.close({ all: true })),
    ];
  }

  function drawBody(form) {
    const { blocks } = form.view.value;
    const errors = form.errors.value;
    const changed = form.changedElsewhere.value;
    const items = blocks.map((block) => ({
      form: form.view.peek().id,
      block,
      error: errors[block.block_id],
      changed: changed[block.block_id],
    }));
    const focused = body.contains(document.activeElement) ? document.activeElement : null;
    const spot = focused?.dataset.spot;
    const caret = focused?.selectionStart;
    keyed(body, items, {
      key: (item) => `${item.form} ${item.block.block_id}`,
      same: alike,
      draw: ({ block }) => drawBlock(block, form),
    });
    if (spot && !body.contains(focused)) focusSpot(spot, caret);
  }

  function focusSpot(spot, caret) {
    const node = body.querySelector(`[data-spot="${CSS.escape(spot)}"]`);
    const field = node?.matches("[role=group], [role=radiogroup]") ? node.querySelector(":checked, input") : node;
    field?.focus();
    if (typeof caret === "number" && field?.matches("textarea, input[type=text]"))
      field.setSelectionRange(caret, caret);
  }

  function focusFirst(form) {
    const wanted = form.view.peek().blocks.find(({ element }) => element?.focus_on_load);
    const block = wanted && body.querySelector(`[data-block="${CSS.escape(wanted.block_id)}"]`);
    const field = (block ?? body).querySelector(FIELDS) ?? foot.querySelector("button:last-of-type") ?? body;
    field.focus();
    if (field.matches("textarea")) field.scrollTop = 0; // a long text that is filled in is read from its beginning
  }

  function focusFirstError() {
    body.querySelector("[aria-invalid=true]")?.focus();
  }

  function buttons(form) {
    const { submit, close } = form.view.value;
    const busy = form.submitting.value;
    const cancelWords = plainText(close?.text ?? (submit ? "Cancel" : "Close"));
    return [
      h("button", { type: "button", class: "button", onclick: () => form.close() }, cancelWords),
      submit &&
        h(
          "button",
          {
            type: "button",
            class: "button primary",
            "aria-busy": String(busy),
            disabled: busy,
            onclick: () => form.submit(),
          },
          plainText(submit.text),
        ),
    ];
  }

  function tool(label, picture, onclick) {
    return h("button", { type: "button", class: "icon-button", "aria-label": label, onclick }, icon(picture));
  }

  function cancel(event) {
    if (event.target !== dialog) return;
    event.preventDefault();
    shown?.close();
  }

  function press(event) {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || !shown?.view.peek().submit) return;
    event.preventDefault();
    shown.submit();
  }
}
