/** Finding channels to join, making new ones, and writing to people. */

import { act } from "../core/api.js";
import { fill, h } from "../core/dom.js";
import { signOf } from "../core/names.js";
import { openConversation, openDirect } from "../core/navigation.js";
import { refreshConversations } from "../core/session.js";
import { conversations, me, users } from "../core/state.js";
import { inWords } from "../text/mrkdwn.js";
import { avatar } from "../widgets/avatar.js";
import { openDialog } from "../widgets/dialog.js";
import { icon } from "../widgets/icons.js";
import { attempt } from "../widgets/toasts.js";

/** Shows all channels one may see, archived ones last, to look into and to join, and a field to make another. */
export function browseChannels() {
  const list = h("ul", { class: "found" });
  const field = h("input", {
    type: "search",
    class: "text-field",
    placeholder: "Find a channel, or name a new one",
    "aria-label": "Find a channel, or name a new one",
    oninput: show,
  });
  const dialog = openDialog({ title: "Channels", body: [field, list], look: "dialog-tall" });
  show();

  function show() {
    const wanted = field.value.trim().toLowerCase();
    const all = [...conversations.peek().values()].filter((one) => one.kind.endsWith("_channel"));
    const matching = all
      .filter(({ name }) => name.includes(wanted))
      .sort((one, other) => one.is_archived - other.is_archived || one.name.localeCompare(other.name));
    const isNew = wanted && !all.some(({ name }) => name === wanted);
    fill(list, matching.map(line), isNew && create(wanted));
  }

  function line(one) {
    const about = [
      one.is_member && "Joined",
      one.is_archived && "Archived",
      `${one.members.length} ${one.members.length === 1 ? "member" : "members"}`,
      inWords(one.purpose?.value || one.topic?.value || ""),
    ];
    return choice(icon(signOf(one)), one.name, about.filter(Boolean).join(" · "), () => openConversation(one.id));
  }

  function create(name) {
    return choice(icon("plus"), `Create #${name}`, "A new public channel", async () => {
      const { channel } = await act("create", { user: me.peek(), name });
      await refreshConversations();
      await openConversation(channel);
    });
  }

  function choice(picture, title, detail, go) {
    const onclick = () => {
      dialog.close();
      attempt(go);
    };
    return found(picture, title, detail, onclick);
  }
}

/** Chooses somebody to write to. */
export function writeTo() {
  const people = [...users.peek().values()].filter(({ deleted, id }) => !deleted && id !== "USLACKBOT");
  const line = ({ id, real_name: name, profile, name: handle }) =>
    found(avatar(id, "medium"), name, profile.title || `@${handle}`, () => {
      dialog.close();
      attempt(() => openDirect(id));
    });
  const dialog = openDialog({
    title: "New message",
    body: h("ul", { class: "found" }, people.map(line)),
    look: "dialog-tall",
  });
}

function found(picture, title, detail, onclick) {
  const words = h("span", { class: "choice-words" }, h("span", {}, title), h("small", {}, detail));
  return h("li", {}, h("button", { type: "button", class: "choice", onclick }, picture, words));
}
