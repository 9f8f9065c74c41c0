/** Drawing the elements that people act on: each by its type. */

import { h } from "../core/dom.js";
import { picture } from "../widgets/picture.js";
import { spotKey } from "../core/spots.js";
import { button, feedbackButtons, iconButton, overflow } from "./buttons.js";
import { checkboxes, radioButtons } from "./choices.js";
import { datePicker, dateTimePicker, timePicker } from "./date_fields.js";
import { fileInput } from "./file_field.js";
import { select } from "./selects.js";
import { textField } from "./text_fields.js";

const KINDS = ["static_select", "external_select", "users_select", "conversations_select", "channels_select"];

const ELEMENTS = {
  button,
  checkboxes,
  datepicker: datePicker,
  datetimepicker: dateTimePicker,
  email_text_input: textField,
  feedback_buttons: feedbackButtons,
  file_input: fileInput,
  icon_button: iconButton,
  image: ({ element }) => picture(element, "accessory-image"),
  number_input: textField,
  overflow,
  plain_text_input: textField,
  radio_buttons: radioButtons,
  rich_text_input: textField,
  timepicker: timePicker,
  url_text_input: textField,
  workflow_button: button,
  ...Object.fromEntries(KINDS.flatMap((kind) => [kind, `multi_${kind}`]).map((kind) => [kind, select])),
};

/** What carries its own words. */
export const SELF_EXPLAINING = new Set([
  "button",
  "feedback_buttons",
  "icon_button",
  "image",
  "overflow",
  "workflow_button",
]);

/**
 * Draws an element; `attributes` tie it to its label. A field that has none is called by what stands in it while it is
 * empty. What this page does not know is shown as what it is.
 */
export function drawElement(spot, surface, attributes) {
  const { type, placeholder } = spot.element;
  if (!Object.hasOwn(ELEMENTS, type)) return h("code", { class: "unknown-inline" }, type);
  const isLabelled = attributes["aria-labelledby"] || SELF_EXPLAINING.has(type);
  const label = isLabelled ? {} : { "aria-label": placeholder?.text ?? type.replaceAll("_", " ") };
  return ELEMENTS[type](spot, surface, { ...label, ...attributes, "data-spot": spotKey(spot) });
}
