/** Plans and tasks: what an app is about to do, and how far it has got. */

import { h } from "../core/dom.js";
import { link } from "../text/mentions.js";
import { richText } from "../text/rich_text.js";

const SIGNS = { pending: "○", in_progress: "◐", complete: "✓", error: "!" };
const WORDS = { pending: "Pending", in_progress: "In progress", complete: "Complete", error: "Failed" };

export function plan({ title, tasks = [] }) {
  return h("div", { class: "plan" }, h("b", {}, title), tasks.map(taskCard));
}

export function taskCard({ title, status, details, output, sources = [] }) {
  return h(
    "details",
    { class: `task task-${status}` },
    h(
      "summary",
      {},
      h("span", { class: "task-sign", role: "img", "aria-label": WORDS[status] ?? status }, SIGNS[status] ?? "·"),
      title,
    ),
    details && h("div", { class: "text" }, richText(details)),
    output && h("div", { class: "text task-output" }, richText(output)),
    sources.length > 0 &&
      h(
        "p",
        { class: "task-sources" },
        sources.map(({ url, text }) => link(url, text)),
      ),
  );
}
