/** The select menus of Block Kit: with options of their own, from the app, of people and of conversations. */

import { nameOf, otherSide, signOf, titleOf } from "../core/names.js";
import { conversations, users } from "../core/state.js";
import { inCharacters } from "../text/emoji.js";
import { plainText, textObject } from "../text/mrkdwn.js";
import { avatar } from "../widgets/avatar.js";
import { icon } from "../widgets/icons.js";
import { combobox } from "../widgets/combobox.js";

const SHORTEST_QUERY = 3; // What `min_query_length` is when the app does not say.
const MOST_SHOWN = 100;
const KINDS = { im: "im", mpim: "mpim", private: "private_channel", public: "public_channel" };

/** Draws any of the select menus. */
export function select(spot, surface, attributes) {
  const { element } = spot;
  const multiple = element.type.startsWith("multi_");
  const source = SOURCES[element.type.replace("multi_", "")](spot, surface);
  const held = surface.value(spot);
  const kept = multiple ? (held ?? []) : held ? [held] : [];
  let chosen = kept;
  let told = kept;
  return combobox({
    find: source.find,
    chosen: kept.map(source.entry),
    multiple,
    most: element.max_selected_items,
    placeholder: element.placeholder?.text ?? "Choose an option",
    clearable: spot.block.type === "input",
    attributes,
    onChange: (entries, isOpen) => {
      chosen = entries.map(({ value }) => value);
      if (multiple && isOpen) return surface.hold(spot, chosen);
      told = chosen;
      return surface.use(spot, multiple ? chosen : (chosen[0] ?? null));
    },
    onClose: () => {
      if (multiple && chosen !== told) surface.use(spot, chosen);
      told = chosen;
    },
  });
}

const SOURCES = {
  static_select: ({ element }) => ({ entry: optionEntry, find: (query) => groupsOf(element, query) }),
  external_select: (spot, surface) => ({
    entry: optionEntry,
    find: async (query) => {
      const least = spot.element.min_query_length ?? SHORTEST_QUERY;
      if (query.length < least) return { groups: [], note: `Type at least ${least} characters to search` };
      const answer = await surface.options(spot, query);
      if (answer.problem) return { groups: [], note: `The app did not answer as it should: ${answer.problem}` };
      return groupsOf(answer, "");
    },
  }),
  users_select: () => ({ entry: userEntry, find: (query) => matching(everybody(), query) }),
  conversations_select: ({ element }) => ({
    entry: conversationEntry,
    find: (query) => matching(filtered(element.filter).map(conversationEntry), query),
  }),
  channels_select: () => ({
    entry: conversationEntry,
    find: (query) => matching(filtered({ include: ["public"] }).map(conversationEntry), query),
  }),
};

function groupsOf({ options, option_groups: groups }, query) {
  const all = groups ?? [{ options: options ?? [] }];
  return {
    groups: all.map((group) => ({
      label: group.label?.text,
      entries: group.options.map(optionEntry).filter(({ text }) => holds(text, query)),
    })),
  };
}

function matching(entries, query) {
  const found = entries.filter(({ text, also = "" }) => holds(`${text} ${also}`, query));
  const note = found.length > MOST_SHOWN ? `${found.length - MOST_SHOWN} more: type to search` : undefined;
  return { groups: [{ entries: found.slice(0, MOST_SHOWN) }], note };
}

function holds(text, query) {
  return text.toLowerCase().includes(query.toLowerCase());
}

function optionEntry(option) {
  const { text, value, description } = option;
  return {
    key: value,
    text: inCharacters(text.text),
    label: plainText(text.text),
    detail: description && textObject(description),
    value: option,
  };
}

function everybody() {
  return [...users.value.values()].filter((user) => !user.deleted).map(({ id }) => userEntry(id));
}

function userEntry(id) {
  const user = users.value.get(id);
  return {
    key: id,
    value: id,
    text: nameOf(id),
    also: user?.name,
    detail: user?.profile.title,
    picture: () => avatar(id),
  };
}

function conversationEntry(given) {
  const conversation = typeof given === "string" ? conversations.value.get(given) : given;
  if (!conversation) return { key: given, value: given, text: given };
  const sign = signOf(conversation);
  const picture = () => (sign ? icon(sign) : avatar(otherSide(conversation)));
  return { key: conversation.id, value: conversation.id, text: titleOf(conversation), picture };
}

function filtered({ include, exclude_bot_users: noBots, exclude_external_shared_channels: noShared } = {}) {
  const kinds = include?.map((name) => KINDS[name]);
  return [...conversations.value.values()].filter((one) => {
    if (one.is_archived || (kinds && !kinds.includes(one.kind))) return false;
    if (noShared && one.is_ext_shared) return false;
    return !(noBots && one.kind === "im" && users.value.get(otherSide(one))?.is_bot);
  });
}
