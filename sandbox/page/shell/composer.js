/** Where messages and commands are typed. */

import { act } from "../core/api.js";
import { fill, h, newId } from "../core/dom.js";
import { upload } from "../core/files.js";
import { apps, me, thread, timeline } from "../core/state.js";
import { avatar } from "../widgets/avatar.js";
import { pickEmoji } from "../widgets/emoji_picker.js";
import { float } from "../widgets/floating.js";
import { icon } from "../widgets/icons.js";
import { openMenu } from "../widgets/menu.js";
import { attempt, toast } from "../widgets/toasts.js";
import { edit } from "./message_actions.js";
import { suggestionsFor } from "./suggestions.js";

/** The kinds of message that people write. */
const SAID = new Set([undefined, "file_share", "thread_broadcast", "me_message"]);

/** What was typed and not sent, by person and place. */
const drafts = new Map();

/** Draws a composer for a conversation, or for a thread in it, and puts the caret into it where there is a keyboard. */
export function composer({ channel, threadTs = "", placeholder }) {
  const draftKey = `${me.peek()} ${channel} ${threadTs}`;
  const files = [];
  const listId = newId("suggestions");
  const list = h("div", { class: "choices", role: "listbox", id: listId, onmousedown: (e) => e.preventDefault() });
  const field = h("textarea", {
    rows: 1,
    value: drafts.get(draftKey) ?? "",
    placeholder,
    "aria-label": placeholder,
    "aria-autocomplete": "list",
    oninput: typed,
    onkeydown: press,
    onblur: () => hide(),
    onpaste: ({ clipboardData }) => attach(clipboardData.files),
  });
  const attached = h("ul", { class: "file-names" });
  const broadcast = threadTs && h("input", { type: "checkbox" });
  const send = h(
    "button",
    { type: "submit", class: "send", "aria-label": "Send", title: "Send (Enter)" },
    icon("send"),
  );
  const form = h(
    "form",
    { class: "composer", onsubmit: submit },
    field,
    attached,
    h(
      "div",
      { class: "composer-tools" },
      !threadTs && shortcutsButton(),
      fileButton(attach),
      emojiButton((name) => insert(`:${name}: `)),
      broadcast && h("label", { class: "broadcast" }, broadcast, "Also send to the channel"),
      send,
    ),
  );
  let offered = null;
  let active = 0;
  let close = null;
  requestAnimationFrame(begin);
  return form;

  function begin() {
    grow();
    if (matchMedia("(hover: hover)").matches && !document.querySelector("dialog[open]")) field.focus();
  }

  function typed() {
    drafts.set(draftKey, field.value);
    grow();
    suggest();
  }

  function grow() {
    field.style.height = "auto";
    field.style.height = `${field.scrollHeight}px`;
    send.disabled = !field.value.trim() && !files.length;
  }

  function suggest() {
    offered = suggestionsFor(field.value.slice(0, field.selectionStart), { commands: !threadTs });
    active = 0;
    if (!offered) return hide();
    close ??= float(form, list, { match: true, onClose: () => (close = null) });
    return drawSuggestions();
  }

  function drawSuggestions() {
    fill(list, offered.entries.map(suggestion));
    field.setAttribute("aria-controls", listId);
    field.setAttribute("aria-activedescendant", `${listId}-${active}`);
    list.children[active]?.scrollIntoView({ block: "nearest" });
  }

  function suggestion(entry, at) {
    return h(
      "div",
      {
        class: at === active ? "choice active" : "choice",
        role: "option",
        id: `${listId}-${at}`,
        "aria-selected": String(at === active),
        onclick: () => take(entry),
      },
      entry.picture?.(),
      h("span", { class: "choice-words" }, h("span", {}, entry.text), entry.detail && h("small", {}, entry.detail)),
    );
  }

  function hide() {
    offered = null;
    field.removeAttribute("aria-controls");
    field.removeAttribute("aria-activedescendant");
    close?.();
  }

  function take({ insert: words }) {
    const { from } = offered;
    hide();
    insert(words, from);
  }

  function insert(words, from = field.selectionStart) {
    field.setRangeText(words, from, field.selectionEnd, "end");
    field.focus();
    typed();
  }

  function press(event) {
    if (event.isComposing) return;
    const choose = offered && whileOffered()[event.key];
    const isSend = event.key === "Enter" && !event.shiftKey;
    const corrected = event.key === "ArrowUp" && !field.value && !offered && lastOwn();
    if (!choose && !isSend && !corrected) return;
    event.preventDefault();
    event.stopPropagation();
    if (choose) choose();
    else if (corrected) edit(channel, corrected);
    else submit(event);
  }

  /** Returns the last message of one's own here: an empty field and the arrow up mean to correct it. */
  function lastOwn() {
    const shown = (threadTs ? thread : timeline).peek()?.messages.peek() ?? [];
    return shown.findLast((message) => message.user === me.peek() && SAID.has(message.subtype));
  }

  function whileOffered() {
    const choose = () => take(offered.entries[active]);
    return {
      ArrowDown: () => move(1),
      ArrowUp: () => move(-1),
      Tab: choose,
      Enter: !isWhole() && choose,
      Escape: hide,
    };
  }

  function move(step) {
    const count = offered.entries.length;
    active = (active + step + count) % count;
    drawSuggestions();
  }

  /** Tells whether the text is a complete command, so that Enter sends it and does not complete it. */
  function isWhole() {
    return knownCommand(field.value.trim()) !== undefined;
  }

  async function submit(event) {
    event.preventDefault();
    const text = field.value.trim();
    if (!text && !files.length) return;
    hide();
    const ids = files.splice(0).map(({ id }) => id);
    field.value = "";
    drafts.delete(draftKey);
    showFiles();
    const sent = await attempt(() => say(text, ids));
    if (sent === undefined && !field.value) {
      field.value = text; // What could not be sent is not lost.
      typed();
    }
    field.focus();
  }

  async function say(text, ids) {
    const user = me.peek();
    const where = { channel, ...(threadTs && { thread_ts: threadTs }) };
    if (/^\/\S/.test(text) && !ids.length) {
      const [command, ...rest] = text.split(/(?<=^\S+)\s+/);
      return act("command", { user, ...where, command, text: rest.join(" ") });
    }
    const more = { ...(ids.length && { files: ids }), ...(broadcast?.checked && { broadcast: true }) };
    return act("message", { user, ...where, text, ...more });
  }

  async function attach(chosen) {
    for (const file of chosen) {
      const kept = await attempt(() => upload(file));
      if (kept) files.push(kept);
    }
    showFiles();
  }

  function showFiles() {
    fill(attached, files.map(fileLine));
    grow();
  }

  function fileLine(file) {
    const onclick = () => {
      files.splice(files.indexOf(file), 1);
      showFiles();
    };
    const label = { type: "button", class: "icon-button", "aria-label": `Remove ${file.name}` };
    return h("li", {}, icon("file"), file.name, h("button", { ...label, onclick }, icon("close")));
  }
}

function knownCommand(name) {
  return apps
    .peek()
    .flatMap(({ commands }) => commands)
    .find((command) => command.name === name);
}

function tool(label, picture, properties) {
  const look = { type: "button", class: "icon-button", "aria-label": label, title: label };
  return h("button", { ...look, ...properties }, icon(picture));
}

function shortcutsButton() {
  const node = tool("Shortcuts", "bolt", {
    "aria-haspopup": "menu",
    onclick: () => openMenu(node, items(), { align: "start" }),
  });
  return node;

  function items() {
    const all = apps
      .peek()
      .flatMap((app) =>
        app.shortcuts.filter(({ kind }) => kind === "global").map((shortcut) => shortcutItem(app, shortcut)),
      );
    return ["Shortcuts", ...(all.length ? all : [{ label: "No app has a shortcut", run: () => {} }])];
  }
}

function shortcutItem(app, { name, description, callback_id: callbackId }) {
  return {
    label: name,
    detail: description,
    icon: avatar(app.user_id),
    run: async () => {
      const answer = await attempt(() => act("shortcut", { user: me.peek(), callback_id: callbackId }));
      if (answer?.timeout) toast("The app did not answer. It has three seconds to.");
    },
  };
}

function fileButton(attach) {
  const chooser = h("input", { type: "file", multiple: true, hidden: true, onchange: () => attach(chooser.files) });
  return [chooser, tool("Attach files", "upload", { onclick: () => chooser.click() })];
}

function emojiButton(insert) {
  const node = tool("Emoji", "smile", { onclick: () => pickEmoji(node, insert) });
  return node;
}
