/** Things to press: buttons, overflow menus, icons and thumbs. */

import { h } from "../core/dom.js";
import { follow } from "../text/mentions.js";
import { plainText } from "../text/mrkdwn.js";
import { icon } from "../widgets/icons.js";
import { me } from "../core/state.js";
import { openMenu } from "../widgets/menu.js";

/** Draws a button; one with an address opens it too, as Slack's does. */
export function button(spot, surface, attributes) {
  const { text, style, url, accessibility_label: label } = spot.element;
  const node = h(
    "button",
    {
      type: "button",
      class: `button ${style ?? ""}`,
      "aria-label": label,
      ...attributes,
      onclick: () => {
        if (url) follow(url);
        busyWhile(node, surface.use(spot));
      },
    },
    plainText(text.text),
    url && icon("external"),
  );
  return node;
}

/** Draws the three dots with a menu behind them. */
export function overflow(spot, surface, attributes) {
  const items = spot.element.options.map((option) => ({
    label: plainText(option.text.text),
    detail: option.description && plainText(option.description.text),
    run: () => {
      if (option.url) follow(option.url);
      busyWhile(node, surface.use(spot, option));
    },
  }));
  const node = h(
    "button",
    {
      type: "button",
      class: "button overflow",
      "aria-label": "More actions",
      "aria-haspopup": "menu",
      "aria-expanded": "false",
      ...attributes,
      onclick: () => openMenu(node, items),
    },
    icon("dots"),
  );
  return node;
}

/** Draws a button that is a picture; only those people see it whom it names. */
export function iconButton(spot, surface) {
  const { icon: name, text, accessibility_label: label, visible_to_user_ids: seenBy } = spot.element;
  if (seenBy && !seenBy.includes(me.value)) return null;
  const node = h(
    "button",
    {
      type: "button",
      class: "icon-button",
      "aria-label": label ?? text.text,
      title: text.text,
      onclick: () => busyWhile(node, surface.use(spot)),
    },
    icon(name),
  );
  return node;
}

/** Draws a pair of buttons to say what one thinks of an answer. */
export function feedbackButtons(spot, surface) {
  return ["positive", "negative"].map((side) => {
    const { text, value, accessibility_label: label } = spot.element[`${side}_button`];
    const node = h(
      "button",
      {
        type: "button",
        class: "icon-button",
        "aria-label": label ?? text.text,
        "aria-pressed": "false",
        title: text.text,
        onclick: () => {
          node.setAttribute("aria-pressed", "true");
          busyWhile(node, surface.use(spot, { value }));
        },
      },
      side === "positive" ? "👍" : "👎",
    );
    return node;
  });
}

/** Shows that something is under way, and lets nobody press twice meanwhile. */
export async function busyWhile(node, work) {
  node.setAttribute("aria-busy", "true");
  node.disabled = true;
  try {
    await work;
  } finally {
    node.removeAttribute("aria-busy");
    node.disabled = false;
  }
}
