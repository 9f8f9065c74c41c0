/** The page: puts its regions together and follows what happens. */

import { followAddress, goToAddress } from "./core/address.js";
import { apply } from "./core/changes.js";
import { coalesced } from "./core/coalesced.js";
import { fill, h } from "./core/dom.js";
import { firstConversation, openConversation } from "./core/navigation.js";
import { refreshConversations, refreshViews, refreshWaiting, refreshWorkspace } from "./core/session.js";
import { effect } from "./core/signals.js";
import { connected, conversations, me, panel, place, team, thread, timeline, users } from "./core/state.js";
import { follow } from "./core/stream.js";
import { titleOf } from "./core/names.js";
import { appPage } from "./shell/app_page.js";
import { conversation } from "./shell/conversation.js";
import { jump } from "./shell/jump.js";
import { modal } from "./shell/modal.js";
import { rail } from "./shell/rail.js";
import { side } from "./shell/side.js";
import { drawerOpen, sidebar } from "./shell/sidebar.js";
import { topbar } from "./shell/topbar.js";
import { attempt } from "./widgets/toasts.js";

/** Looks at everything anew: at the start, after a reset, and whenever the stream stands again. */
const look = coalesced(async () => {
  await refreshWorkspace();
  if (!users.peek().has(me.peek())) {
    me.value = "";
    await goToAddress();
  } else {
    await Promise.all([refreshConversations(), refreshViews(), timeline.peek()?.load(), thread.peek()?.load()]);
    const { channel, app } = place.peek() ?? {};
    if (!app && !conversations.peek().has(channel)) await openConversation(firstConversation());
  }
  refreshWaiting();
});

function draw() {
  const middle = h("main", {}, appPage(), conversation());
  const root = h("div", { class: "page" }, topbar(), rail(), sidebar(), middle, side());
  root.append(h("div", { class: "drawer-shade", onclick: () => (drawerOpen.value = false) }));
  effect(() => {
    const { app, tab } = place.value ?? {};
    middle.dataset.shows = app ? (tab === "messages" ? "app-messages" : "app") : "conversation";
  });
  effect(() => root.classList.toggle("drawer-open", drawerOpen.value));
  effect(() => root.classList.toggle("with-side", Boolean(panel.value)));
  effect(() => {
    const known = conversations.value.get(place.value?.channel);
    const count = [...conversations.value.values()].reduce((sum, one) => sum + (one.mention_count ?? 0), 0);
    const title = [known && titleOf(known), team.value.name].filter(Boolean).join(" · ");
    document.title = count ? `(${count}) ${title}` : title;
  });
  fill(document.body, root, modal());
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented) drawerOpen.value = false;
    const isJump = (event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === "k";
    if (!isJump || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    jump();
  });
}

draw();
followAddress();
follow({
  onChange: (change) => apply(change, look),
  onConnect: () => {
    connected.value = true;
    attempt(look);
  },
  onLost: () => (connected.value = false),
});
