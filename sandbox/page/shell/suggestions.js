/** What could be meant by what is being typed: commands after `/`, people after `@`, channels after `#`, emoji after `:`. */

import { nameOf, signOf, titleOf } from "../core/names.js";
import { apps, conversations, usergroups, users } from "../core/state.js";
import { emoji, emojiNamed } from "../text/emoji.js";
import { avatar } from "../widgets/avatar.js";
import { icon } from "../widgets/icons.js";

const MOST = 8;
const COMMAND = /^\/\S*$/;
const NAME = /(?:^|\s)([@#:])([\p{L}\p{N}._+-]*)$/u;
const SHORTEST_EMOJI = 2;

/**
 * Returns what fits the text before the caret: `{from, entries}`, where an entry is `{key, insert, text, detail?,
 * picture?}` and replaces what stands between `from` and the caret; null where nothing is to be suggested.
 */
export function suggestionsFor(text, { commands = true } = {}) {
  if (commands && COMMAND.test(text)) return found(0, allCommands(), text);
  const match = NAME.exec(text);
  if (!match) return null;
  const [, sign, word] = match;
  const from = text.length - word.length - 1;
  if (sign === ":")
    return word.length < SHORTEST_EMOJI ? null : { from, entries: emojiNamed(word, MOST).map(emojiEntry) };
  return found(from, sign === "@" ? everybody() : channels(), word);
}

function found(from, entries, typed) {
  const wanted = typed.toLowerCase();
  const matching = entries.filter(({ text, also = "" }) => `${text} ${also}`.toLowerCase().includes(wanted));
  return matching.length ? { from, entries: matching.slice(0, MOST) } : null;
}

function allCommands() {
  return apps.peek().flatMap((app) =>
    app.commands.map(({ name, description, usage_hint: hint }) => ({
      key: `${app.id} ${name}`,
      insert: `${name} `,
      text: hint ? `${name} ${hint}` : name,
      detail: `${description} · ${app.display_name}`,
      picture: () => avatar(app.user_id),
    })),
  );
}

function everybody() {
  const people = [...users.peek().values()].filter(({ deleted }) => !deleted);
  const groups = [...usergroups.peek().values()];
  return [
    ...people.map(({ id, name }) => ({
      key: id,
      insert: `@${name} `,
      text: nameOf(id),
      also: name,
      detail: `@${name}`,
      picture: () => avatar(id),
    })),
    ...groups.map(({ id, handle, name }) => ({ key: id, insert: `@${handle} `, text: `@${handle}`, detail: name })),
    ...["here", "channel", "everyone"].map((range) => ({ key: range, insert: `@${range} `, text: `@${range}` })),
  ];
}

function channels() {
  return [...conversations.peek().values()]
    .filter(({ kind, is_archived: archived }) => kind.endsWith("_channel") && !archived)
    .map((one) => ({
      key: one.id,
      insert: `#${one.name} `,
      text: titleOf(one),
      picture: () => icon(signOf(one)),
    }));
}

function emojiEntry(name) {
  return { key: name, insert: `:${name}: `, text: `:${name}:`, picture: () => emoji(name) };
}
