/** Tables: plain ones, and those that turn pages and sort. */

import { fill, h } from "../core/dom.js";
import { icon } from "../widgets/icons.js";
import { richText, wordsOf } from "../text/rich_text.js";

const PAGE_SIZE = 10; // What `page_size` is when the app does not say.

export function table({ rows, column_settings: settings = [] }) {
  const [head, ...body] = rows;
  return h(
    "div",
    { class: "table-box", tabindex: 0, role: "region", "aria-label": "Table" },
    h(
      "table",
      {},
      h("thead", {}, line(head, "th", settings)),
      h(
        "tbody",
        {},
        body.map((row) => line(row, "td", settings)),
      ),
    ),
  );
}

function line(cells, tag, settings) {
  return h(
    "tr",
    {},
    cells.map((cell, at) => {
      const { align, is_wrapped: wrapped } = settings[at] ?? {};
      const look = { class: wrapped ? "wrapped" : null, scope: tag === "th" ? "col" : null };
      return h(tag, { ...look, style: align ? { "text-align": align } : {} }, drawn(cell));
    }),
  );
}

export function dataTable({ rows, caption, page_size: size = PAGE_SIZE, row_header_column_index: headerColumn = 0 }) {
  const [head, ...body] = rows;
  const isNumber = head.map((_, at) => body.every((row) => row[at].type === "raw_number"));
  let sorted = body;
  let by = { column: -1, down: false };
  let page = 0;
  const heads = h("tr", {}, head.map(heading));
  const lines = h("tbody");
  const foot = h("div", { class: "table-foot" });
  draw();
  return h(
    "div",
    { class: "data-table" },
    h(
      "div",
      { class: "table-box", tabindex: 0, role: "region", "aria-label": caption },
      h("table", {}, h("caption", {}, caption), h("thead", {}, heads), lines),
    ),
    foot,
  );

  function heading(cell, at) {
    const sort = () => {
      by = { column: at, down: by.column === at && !by.down };
      sorted = body.toSorted((one, other) => (by.down ? -1 : 1) * order(one[at], other[at]));
      page = 0;
      draw();
    };
    const look = { scope: "col", class: isNumber[at] ? "number" : null };
    return h("th", look, h("button", { type: "button", onclick: sort }, drawn(cell), icon("chevron")));
  }

  function draw() {
    const pages = Math.ceil(body.length / size);
    [...heads.children].forEach((node, at) => {
      const direction = by.down ? "descending" : "ascending";
      node.setAttribute("aria-sort", at === by.column ? direction : "none");
    });
    fill(lines, sorted.slice(page * size, (page + 1) * size).map(bodyLine));
    fill(
      foot,
      h("span", { role: "status" }, range(page * size, Math.min(body.length, (page + 1) * size), body.length)),
      pages > 1 && [turn(-1, "Previous page", "back", page === 0), turn(1, "Next page", "forward", page === pages - 1)],
    );
  }

  function bodyLine(row) {
    const cell = (one, at) => {
      const look = { class: isNumber[at] ? "number" : null };
      return at === headerColumn ? h("th", { ...look, scope: "row" }, drawn(one)) : h("td", look, drawn(one));
    };
    return h("tr", {}, row.map(cell));
  }

  function turn(step, label, picture, disabled) {
    const onclick = () => {
      page += step;
      draw();
    };
    return h("button", { type: "button", class: "icon-button", "aria-label": label, disabled, onclick }, icon(picture));
  }
}

function range(from, to, all) {
  return `${from + 1}–${to} of ${all}`;
}

function drawn(cell) {
  return cell.type === "rich_text" ? richText(cell) : cell.text;
}

function order(one, other) {
  if (one.type === "raw_number" && other.type === "raw_number") return one.value - other.value;
  return words(one).localeCompare(words(other), "en", { numeric: true });
}

function words(cell) {
  return cell.type === "rich_text" ? wordsOf(cell) : cell.text;
}
