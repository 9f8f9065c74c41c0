/** Jumping to a conversation by a few letters of its name. */

import { appOf, nameOf, otherSide, signOf, titleOf } from "../core/names.js";
import { openApp, openConversation, openDirect } from "../core/navigation.js";
import { apps, conversations, users } from "../core/state.js";
import { h } from "../core/dom.js";
import { avatar } from "../widgets/avatar.js";
import { combobox } from "../widgets/combobox.js";
import { icon } from "../widgets/icons.js";
import { attempt } from "../widgets/toasts.js";

/** Opens the field to jump from. */
export function jump() {
  const all = destinations();
  const field = combobox({
    find: (query) => ({
      groups: [{ entries: all.filter(({ text }) => text.toLowerCase().includes(query.toLowerCase())) }],
    }),
    placeholder: "Jump to a channel, a person or an app",
    attributes: { "aria-label": "Jump to", "data-autofocus": "" },
    onChange: ([entry]) => {
      dialog.close();
      if (entry) attempt(entry.value);
    },
  });
  // One press closes it, although the list of the field would take the first.
  const leave = (event) => event.key === "Escape" && dialog.close();
  const dialog = h("dialog", { class: "dialog jump", "aria-label": "Jump to", onclose: () => dialog.remove() }, field);
  dialog.addEventListener("keydown", leave, { capture: true });
  document.body.append(dialog);
  dialog.showModal();
  field.querySelector("input").click();
}

function destinations() {
  const known = [...conversations.peek().values()];
  const places = known
    .filter((one) => one.kind !== "im" && !one.is_archived)
    .map((one) =>
      destination(
        one.id,
        titleOf(one),
        () => icon(signOf(one) || "people"),
        () => openConversation(one.id),
      ),
    );
  const withSomebody = new Set(known.filter(({ kind }) => kind === "im").map(otherSide));
  const people = [...users.peek().values()]
    .filter(({ id, deleted, is_bot: isBot }) => !deleted && !isBot && (withSomebody.has(id) || !appOf(id)))
    .map(({ id }) =>
      destination(
        id,
        nameOf(id),
        () => avatar(id),
        () => openDirect(id),
      ),
    );
  const pages = apps.peek().map((app) =>
    destination(
      app.id,
      app.display_name,
      () => avatar(app.user_id),
      () => openApp(app.id),
    ),
  );
  return [...places, ...people, ...pages];
}

function destination(key, text, picture, go) {
  return { key, text, picture, value: go };
}
