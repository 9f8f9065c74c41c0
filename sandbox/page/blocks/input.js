/** The input block: a label, a field, a hint, and what is wrong with what was entered. */

import { h, newId } from "../core/dom.js";
import { drawElement } from "../elements/elements.js";
import { icon } from "../widgets/icons.js";
import { plainText } from "../text/mrkdwn.js";

const GROUPS = new Set(["checkboxes", "radio_buttons", "datetimepicker", "file_input"]);

export function input(block, surface) {
  const { label, element, hint, optional } = block;
  const spot = { block, element };
  const ids = { field: newId("field"), label: newId("label"), hint: newId("hint"), error: newId("error") };
  const error = surface.error(spot);
  const described = [error && ids.error, hint && ids.hint].filter(Boolean).join(" ");
  const attributes = {
    "aria-labelledby": ids.label,
    "aria-describedby": described || null,
    "aria-invalid": error ? "true" : null,
    "aria-required": optional ? null : "true",
    ...(!GROUPS.has(element.type) && { id: ids.field }),
  };
  return [
    h(
      GROUPS.has(element.type) ? "span" : "label",
      { class: "input-label", ...(!GROUPS.has(element.type) && { for: ids.field }) },
      h("span", { id: ids.label }, plainText(label.text)),
      optional && h("span", { class: "input-optional" }, " (optional)"),
    ),
    drawElement(spot, surface, attributes),
    error && h("p", { class: "input-error", id: ids.error }, icon("warning"), error),
    hint && h("p", { class: "input-hint", id: ids.hint }, plainText(hint.text)),
  ];
}
