/** Fields to type in: text, e-mail addresses, web addresses, numbers, rich text. */

import { settled } from "../core/coalesced.js";
import { h, newId } from "../core/dom.js";
import { wordsOf } from "../text/rich_text.js";

const LONGEST = 3000;
const NEAR_THE_END = 0.8;
const PAUSE_MS = 300;

const KINDS = {
  email_text_input: { type: "email", inputmode: "email", autocomplete: "off" },
  url_text_input: { type: "url", inputmode: "url", autocomplete: "off" },
  number_input: { type: "text", inputmode: "decimal", autocomplete: "off" },
  plain_text_input: { type: "text", autocomplete: "off" },
};

/** Draws a field of one line, or of several. */
export function textField(spot, surface, attributes) {
  const { element } = spot;
  const several = element.multiline || element.type === "rich_text_input";
  const most = element.max_length ?? (element.type === "plain_text_input" ? LONGEST : Infinity);
  const counter = h("span", { class: "counter", hidden: true, id: newId("counter") });
  const later = settled(() => surface.use(spot, text(field)), PAUSE_MS);
  const triggers = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  const dispatches = Boolean(spot.block.dispatch_action);
  const held = surface.value(spot);
  const field = h(several ? "textarea" : "input", {
    ...(several ? { rows: element.min_lines ?? 4 } : KINDS[element.type]),
    class: "text-field",
    placeholder: element.placeholder?.text,
    value: typeof held === "object" && held ? wordsOf(held) : (held ?? ""),
    ...attributes,
    oninput: () => {
      count();
      surface.hold(spot, text(field));
      if (dispatches && triggers.includes("on_character_entered")) later();
    },
    onblur: () => surface.check(spot),
    onkeydown: (event) => {
      const enter = event.key === "Enter" && !event.isComposing && !event.shiftKey && !event.ctrlKey && !event.metaKey;
      if (!enter || several) return;
      event.preventDefault();
      if (dispatches && triggers.includes("on_enter_pressed")) surface.use(spot, text(field));
      else surface.submit();
    },
  });

  function count() {
    const left = most - field.value.length;
    counter.hidden = field.value.length <= most * NEAR_THE_END;
    counter.textContent = String(left);
    counter.classList.toggle("over", left < 0);
  }

  count();
  return h("div", { class: "text-field-box" }, field, counter);
}

function text(field) {
  return field.value === "" ? null : field.value;
}
