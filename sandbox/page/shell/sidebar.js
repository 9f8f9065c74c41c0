/** The side bar: where the person can go, and where something is new. */

import { change, fill, h } from "../core/dom.js";
import { appOf, otherSide, people, signOf, titleOf } from "../core/names.js";
import { actAs, openApp, openConversation } from "../core/navigation.js";
import { alike, keyed, only } from "../core/keyed.js";
import { effect, signal } from "../core/signals.js";
import { apps, connected, conversations, me, place, team, users } from "../core/state.js";
import { tick } from "../core/clock.js";
import { timeIn, zoneName } from "../text/dates.js";
import { avatar } from "../widgets/avatar.js";
import { icon } from "../widgets/icons.js";
import { openMenu } from "../widgets/menu.js";
import { attempt } from "../widgets/toasts.js";
import { browseChannels, writeTo } from "./browse.js";

/** Whether the side bar is shown where there is no room for it beside the conversation. */
export const drawerOpen = signal(false);

/** From how many characters on a name is cut, and how many of its end are shown then. */
const LONG = 24;
const END = 8;

/** Draws the side bar. */
export function sidebar() {
  const title = h("div");
  effect(() => only(title, { name: team.value.name, isLost: !connected.value }, heading));
  return h(
    "nav",
    { class: "sidebar", "aria-label": "Workspace" },
    title,
    person(),
    h(
      "div",
      { class: "sidebar-body" },
      group("Channels", channels, { label: "Browse channels", run: browseChannels }),
      group("Direct messages", directs, { label: "New message", run: writeTo }),
      group("Apps", ownApps),
    ),
  );
}

/** Draws the button that shows the side bar on small screens. */
export function navigationButton() {
  const show = () => (drawerOpen.value = true);
  return h(
    "button",
    { type: "button", class: "icon-button navigation-button", "aria-label": "Show the side bar", onclick: show },
    icon("menu"),
  );
}

function heading({ name, isLost }) {
  return h(
    "div",
    { class: "team" },
    h("b", {}, name),
    isLost && h("span", { class: "lost", role: "status" }, "Reconnecting…"),
  );
}

/** Draws who is acted as, with their zone and the time there. */
function person() {
  const picture = h("span");
  const name = h("span");
  const about = h("small");
  const words = h(
    "span",
    { class: "person-words" },
    h("b", {}, h("span", { class: "unseen" }, "Acting as "), name),
    about,
  );
  const open = () => openMenu(node, ["Act as", ...people().map(personItem)], { align: "start", label: "Act as" });
  const node = h(
    "button",
    { type: "button", class: "person", "aria-haspopup": "menu", "aria-expanded": "false", onclick: open },
    picture,
    words,
    icon("chevron"),
  );
  effect(() => {
    tick.value;
    const user = users.value.get(me.value);
    node.hidden = !user;
    if (!user) return;
    only(picture, user.id, (id) => avatar(id, "medium"));
    name.textContent = user.real_name;
    about.textContent = `${timeIn(user.tz)} · ${placeOf(user.tz)}`;
  });
  return node;
}

function personItem(user) {
  const about = [user.profile.title, `${timeIn(user.tz)} ${zoneName(user.tz)}`, placeOf(user.tz)];
  return {
    label: user.id === me.peek() ? `${user.real_name} (now)` : user.real_name,
    detail: about.filter(Boolean).join(" · "),
    icon: avatar(user.id, "medium"),
    run: () => attempt(() => actAs(user.id)),
  };
}

function placeOf(zone) {
  return zone.split("/").at(-1).replaceAll("_", " ");
}

function channels() {
  const own = [...conversations.value.values()].filter(
    (one) => one.kind.endsWith("_channel") && one.is_member && (!one.is_archived || one.unread_count),
  );
  return own.sort((one, other) => one.name.localeCompare(other.name)).map(ofConversation);
}

function directs() {
  const own = [...conversations.value.values()].filter(
    (one) => (one.kind === "mpim" || (one.kind === "im" && !appOf(otherSide(one)))) && isShown(one),
  );
  return own.map(ofConversation).sort((one, other) => one.title.localeCompare(other.title));
}

function isShown(one) {
  return one.is_open || one.latest || one.unread_count || place.value?.channel === one.id;
}

function ofConversation(one) {
  const sign = signOf(one);
  return {
    id: one.id,
    sign,
    face: sign ? "" : otherSide(one),
    title: titleOf(one),
    news: one.unread_count,
    count: one.mention_count,
    isCurrent: place.value?.channel === one.id && !place.value.app,
  };
}

function ownApps() {
  return apps.value.map((app) => {
    const direct = [...conversations.value.values()].find((one) => one.kind === "im" && one.user === app.user_id);
    const news = direct?.unread_count ?? 0;
    return {
      id: app.id,
      tab: news || !app.home_tab ? "messages" : "home",
      face: app.user_id,
      title: app.display_name,
      news,
      count: news,
      isCurrent: place.value?.app === app.id,
    };
  });
}

/** Draws a group of places. */
function group(title, entries, more) {
  const list = h("ul");
  effect(() => keyed(list, entries(), { key: ({ id }) => id, same: alike, draw: line }));
  return h("section", { "aria-label": title }, h("h2", {}, title, more && tool(more)), list);
}

function tool({ label, run }) {
  const look = { type: "button", class: "icon-button", "aria-label": label, title: label };
  return h("button", { ...look, onclick: run }, icon("plus"));
}

/** Draws a place. News come at any moment, and one may be pressing it just then: its button stays as long as it does. */
function line({ id, tab, sign, face, title, news, count, isCurrent }, node = h("li", {}, h("button"))) {
  const button = node.firstChild;
  button.onclick = () => {
    drawerOpen.value = false;
    attempt(() => (tab ? openApp(id, tab) : openConversation(id)));
  };
  change(button, {
    type: "button",
    class: news ? "place unread" : "place",
    "aria-current": isCurrent && "page",
    title: isLong(title) && title,
    "aria-label": isLong(title) && (news > 0 ? `${title} ${news} unread` : title),
  });
  fill(
    button,
    sign ? icon(sign) : avatar(face),
    h("span", { class: "place-name" }, nameOf(title), news > 0 && h("span", { class: "unseen" }, `${news} unread`)),
    count > 0 && h("span", { class: "count", "aria-hidden": "true" }, String(count)),
  );
  return node;
}

function isLong(title) {
  return title.length > LONG;
}

/** A long name is cut in the middle: those of one customer and one day differ at their end. */
function nameOf(title) {
  if (!isLong(title)) {
    return title;
  }
  const start = h("span", { class: "place-start" }, title.slice(0, -END));
  return [start, h("span", { class: "place-end" }, title.slice(-END))];
}
