/** Choosing an emoji: those in common use, by group or by name. */

import { fill, h } from "../core/dom.js";
import { ownEmoji } from "../core/state.js";
import { GROUPS, emoji, emojiNamed } from "../text/emoji.js";
import { float } from "./floating.js";

const MOST_FOUND = 80;

/** Opens the picker at `anchor` and calls `onChoose` with a name. */
export function pickEmoji(anchor, onChoose) {
  const search = h("input", {
    type: "search",
    class: "text-field",
    placeholder: "Search emoji",
    "aria-label": "Search emoji",
    oninput: show,
    onkeydown: (event) => {
      if (event.key === "Escape") close();
      else if (event.key === "Enter") grid.querySelector("button")?.click();
      else return;
      event.preventDefault();
      event.stopPropagation();
    },
  });
  const grid = h("div", { class: "emoji-grid" });
  const close = float(anchor, h("div", { class: "emoji-picker" }, search, grid), {
    align: "end",
    onClose: () => {
      anchor.setAttribute("aria-expanded", "false");
      anchor.focus();
    },
  });
  anchor.setAttribute("aria-expanded", "true");
  show();
  search.focus();

  function show() {
    const wanted = search.value.trim();
    const own = Object.keys(ownEmoji.peek()).map((name) => [name]);
    const groups = wanted
      ? [["Found", emojiNamed(wanted, MOST_FOUND).map((name) => [name])]]
      : [...(own.length ? [["This workspace", own]] : []), ...GROUPS];
    fill(
      grid,
      groups.map(([title, names]) => [h("div", { class: "choices-title" }, title), names.map(([name]) => cell(name))]),
    );
  }

  function cell(name) {
    const onclick = () => {
      close();
      onChoose(name);
    };
    return h("button", { type: "button", "aria-label": name, title: `:${name}:`, onclick }, emoji(name));
  }
}
