/** The pages of an app: its Home tab, the messages with it, and what there is to know about it. */

import { h } from "../core/dom.js";
import { openApp } from "../core/navigation.js";
import { effect } from "../core/signals.js";
import { apps, homes, me, place } from "../core/state.js";
import { alike, keyed, only } from "../core/keyed.js";
import { isPressed } from "../core/pressed.js";
import { drawBlock } from "../blocks/blocks.js";
import { homeSurface } from "../surfaces/home.js";
import { avatar } from "../widgets/avatar.js";
import { attempt } from "../widgets/toasts.js";
import { navigationButton } from "./sidebar.js";

const TABS = { home: "Home", messages: "Messages", about: "About" };

/** Draws the head of an app's pages, and below it the Home tab or the About tab; messages are a conversation. */
export function appPage() {
  const head = h("div");
  const body = h("div", { class: "home" });
  effect(() => {
    const app = current();
    if (app) only(head, { app, shown: place.value.tab }, header);
  });
  effect(() => {
    const app = current();
    if (!app || place.value.tab === "messages" || isPressed(body)) return;
    if (place.value.tab === "about") only(body, app, about);
    else drawHome(body, app);
  });
  return h("section", { class: "app-page", "aria-label": "App" }, head, body);
}

function current() {
  return apps.value.find(({ id }) => id === place.value?.app);
}

function header({ app, shown }) {
  const tabs = Object.keys(TABS).filter((tab) => (tab === "home" ? app.home_tab : tab === "about" || app.messages_tab));
  return h(
    "header",
    { class: "conversation-head app-head" },
    navigationButton(),
    h("h1", {}, avatar(app.user_id), h("span", {}, app.display_name)),
    h(
      "div",
      { class: "tabs", role: "tablist" },
      tabs.map((tab) =>
        h(
          "button",
          {
            type: "button",
            role: "tab",
            "aria-selected": String(tab === shown),
            onclick: () => attempt(() => openApp(app.id, tab)),
          },
          TABS[tab],
        ),
      ),
    ),
  );
}

function drawHome(body, app) {
  const view = homes.value.get(app.id);
  const surface = view && homeSurface(view);
  const blocks = view ? view.blocks : [];
  const items = blocks.map((block) => ({ block, values: view.state.values[block.block_id], user: me.value }));
  keyed(body, view ? items : [null], {
    key: (item) => (item ? `${app.id} ${item.user} ${item.block.block_id}` : "nothing"),
    same: alike,
    draw: (item) => (item ? drawBlock(item.block, surface) : nothing(app)),
  });
}

function nothing(app) {
  return h("p", { class: "empty" }, `${app.display_name} has not published a Home tab for this person.`);
}

function about(app) {
  const commands = app.commands.map(({ name, usage_hint: hint, description }) => [
    h("dt", {}, h("code", {}, `${name} ${hint}`.trim())),
    h("dd", {}, description),
  ]);
  const shortcuts = app.shortcuts.map(({ name, kind, description }) => [
    h("dt", {}, name),
    h("dd", {}, `${description} (${kind === "global" ? "in the shortcuts menu" : "on a message"})`),
  ]);
  return h(
    "div",
    { class: "about" },
    h("p", {}, app.description),
    commands.length > 0 && [h("h3", {}, "Commands"), h("dl", {}, commands)],
    shortcuts.length > 0 && [h("h3", {}, "Shortcuts"), h("dl", {}, shortcuts)],
    h("p", {}, h("small", {}, `${app.id}, reached by ${app.transport === "http" ? "signed HTTP" : "Socket Mode"}`)),
  );
}
