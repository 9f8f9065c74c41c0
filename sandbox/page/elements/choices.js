/** Checkboxes and radio buttons. */

import { h, newId } from "../core/dom.js";
import { textObject } from "../text/mrkdwn.js";

/** Draws checkboxes; several may be chosen. */
export function checkboxes(spot, surface, attributes) {
  const chosen = new Map((surface.value(spot) ?? []).map((option) => [option.value, option]));
  return group(spot, "group", attributes, (option) => ({
    type: "checkbox",
    checked: chosen.has(option.value),
    onchange: async ({ target }) => {
      const before = [...chosen];
      if (target.checked) chosen.set(option.value, option);
      else chosen.delete(option.value);
      const inOrder = spot.element.options.filter(({ value }) => chosen.has(value));
      if ((await surface.use(spot, inOrder)) === false) {
        target.checked = !target.checked;
        chosen.clear();
        before.forEach(([value, one]) => chosen.set(value, one));
      }
    },
  }));
}

/** Draws radio buttons; one may be chosen. */
export function radioButtons(spot, surface, attributes) {
  const name = newId("radio");
  let chosen = surface.value(spot)?.value;
  return group(spot, "radiogroup", attributes, (option) => ({
    type: "radio",
    name,
    value: option.value,
    checked: chosen === option.value,
    onchange: async ({ target }) => {
      const before = chosen;
      chosen = option.value;
      if ((await surface.use(spot, option)) !== false) return;
      chosen = before;
      const boxes = [...target.closest("[role=radiogroup]").querySelectorAll("input")];
      for (const box of boxes) box.checked = box.value === before;
    },
  }));
}

function group({ element }, role, attributes, properties) {
  return h(
    "div",
    { class: "options", role, ...attributes },
    element.options.map((option) =>
      h(
        "label",
        { class: "option" },
        h("input", properties(option)),
        h(
          "span",
          { class: "option-words" },
          h("span", {}, textObject(option.text)),
          option.description && h("small", {}, textObject(option.description)),
        ),
      ),
    ),
  );
}
