/**
 * Markdown, as the `markdown` block takes it: headings, lists, quotes, code, tables, rules; bold, italic, strike, links.
 * Built as nodes from the first character to the last; markup of HTML is text like any other.
 */

import { h } from "../core/dom.js";
import { plainText } from "./mrkdwn.js";
import { link } from "./mentions.js";

const ITEM = /^(\s*)([-*+]|\d+[.)])\s+(?:\[([ xX])\]\s+)?(.*)$/;
const RULE = /^\s*([-*_])(?:\s*\1){2,}\s*$/;
const DELIMITER_ROW = /^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$/;
const INLINE = new RegExp(
  [
    "`([^`]+)`",
    String.raw`\*\*(?=\S)(.+?)(?<=\S)\*\*`,
    "~~(.+?)~~",
    String.raw`(?<![\p{L}\p{N}*])\*(?=\S)([^*]+?)(?<=\S)\*`,
    String.raw`(?<![\p{L}\p{N}_])_(?=\S)([^_]+?)(?<=\S)_(?![\p{L}\p{N}])`,
    String.raw`!?\[([^\]]*)\]\(([^()\s]+)\)`,
    String.raw`(https?:\/\/[^\s<>)]+)`,
  ].join("|"),
  "gu",
);

/** Draws a text in Markdown. */
export function markdown(text) {
  const lines = text.replace(/\r\n?/g, "\n").split("\n");
  const nodes = [];
  for (let at = 0; at < lines.length;) {
    const reader = READERS.find(({ begins }) => begins(lines, at));
    const [node, next] = reader.read(lines, at);
    if (node) nodes.push(node);
    at = next;
  }
  return nodes;
}

/** Each reads one kind of block: returns its node and the line after it. The last takes whatever is left. */
const READERS = [
  { begins: (lines, at) => !lines[at].trim(), read: (_, at) => [null, at + 1] },
  { begins: (lines, at) => /^\s*```/.test(lines[at]), read: fence },
  { begins: (lines, at) => /^#{1,6}\s/.test(lines[at]), read: heading },
  { begins: (lines, at) => RULE.test(lines[at]), read: (_, at) => [h("hr"), at + 1] },
  { begins: (lines, at) => /^\s*>/.test(lines[at]), read: quote },
  { begins: (lines, at) => ITEM.test(lines[at]), read: list },
  { begins: (lines, at) => lines[at].includes("|") && DELIMITER_ROW.test(lines[at + 1] ?? ""), read: grid },
  { begins: () => true, read: paragraph },
];

function fence(lines, at) {
  const end = lines.findIndex((line, number) => number > at && /^\s*```\s*$/.test(line));
  const last = end < 0 ? lines.length : end;
  return [h("pre", {}, h("code", {}, lines.slice(at + 1, last).join("\n"))), last + 1];
}

function heading(lines, at) {
  const [, marks, words] = /^(#{1,6})\s+(.*?)\s*#*$/.exec(lines[at]);
  return [h(`h${Math.min(6, marks.length + 2)}`, {}, inline(words)), at + 1];
}

function quote(lines, at) {
  const end = until(lines, at, (line) => !/^\s*>/.test(line));
  return [
    h(
      "blockquote",
      {},
      markdown(
        lines
          .slice(at, end)
          .map((line) => line.replace(/^\s*> ?/, ""))
          .join("\n"),
      ),
    ),
    end,
  ];
}

function list(lines, at) {
  const [, margin, mark] = ITEM.exec(lines[at]);
  const ordered = /\d/.test(mark);
  const items = [];
  let next = at;
  while (next < lines.length) {
    const match = ITEM.exec(lines[next]);
    if (match && match[1].length <= margin.length && /\d/.test(match[2]) === ordered) {
      items.push(item(match));
      next += 1;
    } else if (match && match[1].length > margin.length) {
      const [inner, end] = list(lines, next);
      items.at(-1).append(inner);
      next = end;
    } else {
      break;
    }
  }
  return [ordered ? h("ol", { start: Number.parseInt(mark, 10) }, items) : h("ul", {}, items), next];
}

function item([, , , checked, words]) {
  if (checked === undefined) return h("li", {}, inline(words));
  const box = h("input", { type: "checkbox", disabled: true, checked: checked !== " " });
  return h("li", { class: "task-item" }, h("label", {}, box, inline(words)));
}

function grid(lines, at) {
  const end = until(lines, at, (line) => !line.includes("|"));
  const [head, , ...body] = lines.slice(at, end).map(cells);
  const row = (tag) => (all) =>
    h(
      "tr",
      {},
      all.map((cell) => h(tag, {}, inline(cell))),
    );
  return [
    h(
      "div",
      { class: "table-box" },
      h("table", {}, h("thead", {}, row("th")(head)), h("tbody", {}, body.map(row("td")))),
    ),
    end,
  ];
}

function cells(line) {
  return line
    .trim()
    .replace(/^\||\|$/g, "")
    .split("|")
    .map((cell) => cell.trim());
}

function paragraph(lines, at) {
  const end = until(lines, at, (_, number) => READERS.slice(0, -1).some(({ begins }) => begins(lines, number)));
  return [h("p", {}, inline(lines.slice(at, end).join("\n"))), end];
}

function until(lines, from, ends) {
  const found = lines.findIndex((line, number) => number > from && ends(line, number));
  return found < 0 ? lines.length : found;
}

function inline(text) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(INLINE)) {
    nodes.push(...plainText(text.slice(end, match.index)), styled(match));
    end = match.index + match[0].length;
  }
  return [...nodes, ...plainText(text.slice(end))];
}

function styled([, code, bold, strike, starred, underscored, words, address, bare]) {
  if (code !== undefined) return h("code", {}, code);
  if (bold !== undefined) return h("b", {}, inline(bold));
  if (strike !== undefined) return h("s", {}, inline(strike));
  if (bare !== undefined) return link(bare, bare);
  if (address !== undefined) return link(address, ...inline(words || address));
  return h("i", {}, inline(starred ?? underscored));
}
