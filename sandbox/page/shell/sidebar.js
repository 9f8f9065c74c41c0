/** The side bar: where the person can go, and where something is new. */

import { fill, h } from "../core/dom.js";
import { appOf, otherSide, people, signOf, titleOf } from "../core/names.js";
import { actAs, openApp, openConversation } from "../core/navigation.js";
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

/** Draws the side bar. */
export function sidebar() {
  const head = h("div");
  const body = h("div", { class: "sidebar-body" });
  effect(() => fill(head, heading(), person()));
  effect(() => fill(body, channels(), directs(), appList()));
  return h("nav", { class: "sidebar", "aria-label": "Workspace" }, head, body);
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

function heading() {
  return h(
    "div",
    { class: "team" },
    h("b", {}, team.value.name),
    !connected.value && h("span", { class: "lost", role: "status" }, "Reconnecting…"),
  );
}

/** Draws who is acted as, with their zone and the time there. */
function person() {
  tick.value;
  const user = users.value.get(me.value);
  if (!user) return null;
  const node = h(
    "button",
    {
      type: "button",
      class: "person",
      "aria-haspopup": "menu",
      "aria-expanded": "false",
      onclick: () => openMenu(node, ["Act as", ...people().map(personItem)], { align: "start", label: "Act as" }),
    },
    avatar(user.id, "medium"),
    h(
      "span",
      { class: "person-words" },
      h("b", {}, h("span", { class: "unseen" }, "Acting as "), user.real_name),
      h("small", {}, `${timeIn(user.tz)} · ${placeOf(user.tz)}`),
    ),
    icon("chevron"),
  );
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
  const sorted = own.sort((one, other) => one.name.localeCompare(other.name));
  return group("Channels", sorted.map(line), { label: "Browse channels", run: browseChannels });
}

function directs() {
  const own = [...conversations.value.values()].filter(
    (one) => (one.kind === "mpim" || (one.kind === "im" && !appOf(otherSide(one)))) && isShown(one),
  );
  const sorted = own.sort((one, other) => titleOf(one).localeCompare(titleOf(other)));
  return group("Direct messages", sorted.map(line), { label: "New message", run: writeTo });
}

function isShown(one) {
  return one.is_open || one.latest || one.unread_count || place.value?.channel === one.id;
}

function appList() {
  return group(
    "Apps",
    apps.value.map((app) => {
      const direct = [...conversations.value.values()].find((one) => one.kind === "im" && one.user === app.user_id);
      const news = direct?.unread_count ?? 0;
      const go = () => openApp(app.id, news || !app.home_tab ? "messages" : "home");
      return entry({
        inside: avatar(app.user_id),
        title: app.display_name,
        news,
        count: news,
        current: place.value?.app === app.id,
        go,
      });
    }),
  );
}

function line(one) {
  const sign = signOf(one);
  return entry({
    inside: sign ? icon(sign) : avatar(otherSide(one)),
    title: titleOf(one),
    news: one.unread_count,
    count: one.mention_count,
    current: place.value?.channel === one.id && !place.value.app,
    go: () => openConversation(one.id),
  });
}

function entry({ inside, title, news, count, current, go }) {
  const onclick = () => {
    drawerOpen.value = false;
    attempt(go);
  };
  return h(
    "li",
    {},
    h(
      "button",
      {
        type: "button",
        class: news ? "place unread" : "place",
        "aria-current": current ? "page" : null,
        onclick,
      },
      inside,
      h("span", { class: "place-name" }, title, news > 0 && h("span", { class: "unseen" }, `${news} unread`)),
      count > 0 && h("span", { class: "count", "aria-hidden": "true" }, String(count)),
    ),
  );
}

function group(title, lines, more) {
  return h(
    "section",
    { "aria-label": title },
    h(
      "h2",
      {},
      title,
      more &&
        h(
          "button",
          { type: "button", class: "icon-button", "aria-label": more.label, title: more.label, onclick: more.run },
          icon("plus"),
        ),
    ),
    h("ul", {}, lines),
  );
}
