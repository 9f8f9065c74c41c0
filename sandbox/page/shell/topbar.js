/** The bar above everything: search, the clock where it is not the machine's, the inspector, the theme. */

import { fill, h } from "../core/dom.js";
import { now, speed, tick } from "../core/clock.js";
import { togglePanel } from "../core/navigation.js";
import { effect } from "../core/signals.js";
import { panel } from "../core/state.js";
import { theme, toggleTheme } from "../core/theme.js";
import { time } from "../text/dates.js";
import { icon } from "../widgets/icons.js";
import { jump } from "./jump.js";
import { searchField } from "./search.js";

const APART_SECONDS = 60;

/** Draws the bar. */
export function topbar() {
  const clock = h("span", { class: "sandbox-clock" });
  const tools = h("div", { class: "topbar-tools" });
  effect(() => {
    tick.value;
    fill(
      clock,
      isApart() && [time(now(), "{date_short_pretty}, {time}", { begins: true }), speed() === 1 ? "" : ` ×${speed()}`],
    );
  });
  effect(() => {
    const inspecting = panel.value?.kind === "inspector";
    const dark = theme.value === "dark";
    fill(
      tools,
      tool("Jump to… (Ctrl K)", "jump", { onclick: jump }, "Jump to…"),
      tool(
        "Inspector",
        "pulse",
        { "aria-pressed": String(inspecting), onclick: () => togglePanel("inspector") },
        "Inspector",
      ),
      tool(dark ? "Use the light theme" : "Use the dark theme", dark ? "sun" : "moon", { onclick: toggleTheme }),
    );
  });
  return h("header", { class: "topbar" }, h("span", { class: "topbar-start" }, clock), searchField(), tools);
}

/** Tells whether the sandbox's clock is another than the machine's. */
function isApart() {
  return speed() !== 1 || Math.abs(now() - Date.now() / 1000) > APART_SECONDS;
}

function tool(label, picture, properties, words = "") {
  const look = { type: "button", class: "topbar-button", "aria-label": label, title: label };
  return h("button", { ...look, ...properties }, icon(picture), words && h("span", {}, words));
}
