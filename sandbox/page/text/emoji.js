/** Emoji by their names: those of Unicode in common use, flags, and the workspace's own. */

import { h } from "../core/dom.js";
import { ownEmoji } from "../core/state.js";
import { ALIASES, TABLE } from "./emoji_table.js";

const SKIN_TONES = { 2: "🏻", 3: "🏼", 4: "🏽", 5: "🏾", 6: "🏿" };
const FLAG = /^flag-([a-z]{2})$/;
const REGIONAL_A = 0x1f1e6;

/** The groups for the picker: `[title, [[name, character], …]]`. */
export const GROUPS = TABLE.trim()
  .split("\n\n")
  .map((group) => group.split("\n"))
  .map(([title, ...lines]) => [title, pairs(lines.join(" "))]);

const CHARACTERS = new Map([...GROUPS.flatMap(([, group]) => group), ...pairs(ALIASES)]);

/** Tells whether a name, perhaps with a skin tone, is that of an emoji. */
export function isEmoji(name) {
  return Boolean(characterOf(name) || addressOf(name));
}

/** Returns the node for an emoji, or its name between colons where nobody knows it. */
export function emoji(name) {
  const label = `:${name}:`;
  const address = addressOf(name);
  if (address) return h("img", { class: "emoji", src: address, alt: label, title: label });
  const character = characterOf(name);
  const words = name.replace(/::skin-tone-\d$/, "").replaceAll(/[_-]/g, " ");
  return character ? h("span", { class: "emoji", role: "img", "aria-label": words, title: label }, character) : label;
}

/** Writes emoji as characters, for a field that holds nothing but letters; the workspace's own stay names there. */
export function inCharacters(text) {
  return text.replace(/:([a-z0-9_+'-]+(?:::skin-tone-[2-6])?):/gi, (whole, name) => characterOf(name) ?? whole);
}

/** Returns the names that hold these letters, those that begin with them first. */
export function emojiNamed(letters, most) {
  const wanted = letters.toLowerCase();
  const found = [...Object.keys(ownEmoji.value), ...CHARACTERS.keys()].filter((name) => name.includes(wanted));
  return found.sort((one, other) => one.indexOf(wanted) - other.indexOf(wanted)).slice(0, most);
}

function characterOf(name) {
  const [plain, tone] = name.split("::skin-tone-");
  const flag = FLAG.exec(plain);
  const letters = flag && [...flag[1]].map((letter) => String.fromCodePoint(REGIONAL_A + letter.charCodeAt(0) - 97));
  const character = CHARACTERS.get(plain) ?? letters?.join("");
  return character && tone ? character.replace(/\ufe0f/g, "") + SKIN_TONES[tone] : character;
}

function addressOf(name, depth = 0) {
  const own = ownEmoji.value[name];
  if (!own?.startsWith("alias:")) return own;
  return depth < 3 ? addressOf(own.slice("alias:".length), depth + 1) : undefined;
}

function pairs(text) {
  const words = text.trim().split(/\s+/);
  return words.flatMap((word, at) => (at % 2 ? [] : [[word, words[at + 1]]]));
}
