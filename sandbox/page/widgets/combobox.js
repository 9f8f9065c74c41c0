/** A field to choose in: one types, a list offers what matches. The pattern is WAI-ARIA's "editable combobox". */

import { h, newId, fill } from "../core/dom.js";
import { icon } from "./icons.js";
import { float } from "./floating.js";

/**
 * Makes the field. An entry is `{key, text, detail?, picture?, value}`.
 *
 * - `find(query)` returns, or promises, `{groups: [{label?, entries}], note?}`;
 * - `chosen` are the entries to begin with, one at most unless `multiple`;
 * - `onChange(entries, isOpen)` hears of a change and may promise `false` to take it back; while the list is open,
 *   several may follow one another, until `onClose()`;
 * - `free(text)` makes an entry of words that were typed and are not in the list, or returns null.
 */
export function combobox({
  find,
  chosen = [],
  multiple = false,
  most = Infinity,
  placeholder = "",
  attributes = {},
  clearable = false,
  onChange = () => {},
  onClose = () => {},
  free = () => null,
}) {
  let entries = [];
  let active = -1;
  let asked = 0;
  let close = null;
  const listId = newId("list");
  const list = h("div", { class: "choices", role: "listbox", id: listId, onmousedown: (e) => e.preventDefault() });
  const input = h("input", {
    type: "text",
    role: "combobox",
    autocomplete: "off",
    spellcheck: "false",
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-controls": listId,
    ...attributes,
    oninput: () => open(input.value),
    onclick: pressed,
    onkeydown: press,
    onblur: leave,
  });
  const tokens = h("span", { class: "tokens" });
  const clear = h(
    "button",
    { class: "combobox-clear", type: "button", "aria-label": "Clear", tabindex: -1, onclick: () => change([]) },
    icon("close"),
  );
  const root = h(
    "div",
    { class: multiple ? "combobox multiple" : "combobox", onclick: (e) => e.target !== clear && input.focus() },
    tokens,
    input,
    clear,
    icon("chevron"),
  );
  show();
  return root;

  function show() {
    rest();
    input.placeholder = chosen.length ? "" : placeholder;
    clear.hidden = !clearable || multiple || !chosen.length;
    fill(tokens, multiple ? chosen.map(token) : []);
  }

  /** Takes back what was typed and not chosen. */
  function rest() {
    input.value = multiple ? "" : (chosen[0]?.text ?? "");
  }

  function token(entry) {
    const remove = () => change(chosen.filter((one) => one.key !== entry.key));
    return h(
      "span",
      { class: "token" },
      entry.picture?.(),
      entry.text,
      h("button", { type: "button", "aria-label": `Remove ${entry.text}`, onclick: remove }, icon("close")),
    );
  }

  function pressed() {
    if (close) return;
    if (!multiple) input.select(); // What is typed next takes the place of what was chosen.
    open("");
  }

  async function open(query) {
    if (!close) {
      close = float(root, list, { match: true, onClose: closed });
      input.setAttribute("aria-expanded", "true");
    }
    const number = (asked += 1);
    const waiting = setTimeout(() => offer({ groups: [], note: "Loading…" }), 150);
    const found = await find(query.trim());
    clearTimeout(waiting);
    if (number === asked && close) offer(found);
  }

  function closed() {
    close = null;
    active = -1;
    entries = [];
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    onClose();
  }

  function offer({ groups, note }) {
    const taken = new Set(multiple ? chosen.map(({ key }) => key) : []);
    const left = groups.map((group) => ({ ...group, entries: group.entries.filter(({ key }) => !taken.has(key)) }));
    entries = left.flatMap((group) => group.entries);
    const nothing = entries.length ? note : (note ?? "No matches");
    fill(
      list,
      left.map(({ label, entries: own }) => own.length > 0 && [label && title(label), own.map(option)]),
      nothing && h("div", { class: "choices-note", role: "status" }, nothing),
    );
    const current = entries.findIndex(({ key }) => key === chosen[0]?.key);
    activate(Math.max(0, multiple ? 0 : current));
  }

  function title(label) {
    return h("div", { class: "choices-title", role: "presentation" }, label);
  }

  function option(entry) {
    return h(
      "div",
      {
        class: "choice",
        role: "option",
        id: `${listId}-${entries.indexOf(entry)}`,
        "aria-selected": String(chosen.some(({ key }) => key === entry.key)),
        onclick: () => choose(entry),
        onpointermove: () => activate(entries.indexOf(entry), false),
      },
      entry.picture?.(),
      h(
        "span",
        { class: "choice-words" },
        h("span", {}, entry.label ?? entry.text),
        entry.detail && h("small", {}, entry.detail),
      ),
    );
  }

  function activate(at, scroll = true) {
    list.querySelector(".active")?.classList.remove("active");
    active = entries.length ? Math.min(at, entries.length - 1) : -1;
    const node = list.querySelector(`#${listId}-${active}`);
    node?.classList.add("active");
    if (scroll) node?.scrollIntoView({ block: "nearest" });
    if (node) input.setAttribute("aria-activedescendant", node.id);
    else input.removeAttribute("aria-activedescendant");
  }

  function press(event) {
    const act = close ? whileOpen(event.key) : whileClosed(event.key);
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  function whileOpen(key) {
    const count = Math.max(1, entries.length);
    return {
      ArrowDown: () => activate((active + 1) % count),
      ArrowUp: () => activate((active - 1 + count) % count),
      Enter: () => choose(entries[active] ?? free(input.value)),
      Escape: dismiss,
      Backspace: isEmptied() && takeLast,
    }[key];
  }

  function whileClosed(key) {
    return { ArrowDown: () => open(""), ArrowUp: () => open(""), Backspace: isEmptied() && takeLast }[key];
  }

  function isEmptied() {
    return multiple && !input.value && chosen.length > 0;
  }

  function takeLast() {
    change(chosen.slice(0, -1));
  }

  function choose(entry) {
    if (!entry) return;
    if (!multiple) {
      close?.();
      change([entry]);
    } else if (chosen.length < most) {
      change([...chosen, entry]);
      open("");
    }
  }

  async function change(next) {
    const before = chosen;
    chosen = next;
    show();
    if ((await onChange(next, Boolean(close))) === false) {
      chosen = before;
      show();
    }
  }

  function dismiss() {
    close?.();
    rest();
  }

  function leave() {
    const typed = input.value.trim();
    const entry = !multiple && typed && typed !== chosen[0]?.text ? free(typed) : null;
    close?.();
    if (entry) change([entry]);
    else rest();
  }
}
