/** The bar above everything: letting time pass, search, the clock where it is not the machine's, the inspector, the theme. */

import { change, fill, h } from "../core/dom.js";
import { now, speed, tick } from "../core/clock.js";
import { togglePanel } from "../core/navigation.js";
import { effect } from "../core/signals.js";
import { panel } from "../core/state.js";
import { theme, toggleTheme } from "../core/theme.js";
import { time } from "../text/dates.js";
import { icon } from "../widgets/icons.js";
import { jump } from "./jump.js";
import { searchField } from "./search.js";
import { timeButtons, timeMenu } from "./time_buttons.js";

const APART_SECONDS = 60;

/** Draws the bar. */
export function topbar() {
  const clock = h("span", { class: "sandbox-clock" });
  const inspector = tool("Inspector", "pulse", () => togglePanel("inspector"), "Inspector");
  const themes = tool("", "moon", toggleTheme);
  effect(() => {
    tick.value;
    fill(
      clock,
      isApart() && [time(now(), "{date}, {time}"), speed() === 1 ? "" : ` ×${speed()}`],
    );
  });
  effect(() => change(inspector, { "aria-pressed": String(panel.value?.kind === "inspector") }));
  effect(() => {
    const dark = theme.value === "dark";
    const label = dark ? "Use the light theme" : "Use the dark theme";
    fill(change(themes, { "aria-label": label, title: label }), icon(dark ? "sun" : "moon"));
  });
  const tools = h(
    "div",
    { class: "topbar-tools" },
    timeMenu(),
    tool("Jump to… (Ctrl K)", "jump", jump, "Jump to…"),
    place("/pager", "Pager", "What rang outside Slack"),
    place("/mail", "Mail", "What was mailed"),
    inspector,
    themes,
  );
  return h("header", { class: "topbar" }, h("span", { class: "topbar-start" }, timeButtons(), clock), searchField(), tools);
}

/** Tells whether the sandbox's clock is another than the machine's. */
function isApart() {
  return speed() !== 1 || Math.abs(now() - Date.now() / 1000) > APART_SECONDS;
}

/** Draws a link to another page of the sandbox, which opens beside this one. */
function place(href, words, title) {
  return h("a", { class: "topbar-button", href, title, target: "_blank", rel: "noopener" }, words);
}

function tool(label, picture, onclick, words = "") {
  const look = { type: "button", class: "topbar-button", "aria-label": label, title: label };
  return h("button", { ...look, onclick }, icon(picture), words && h("span", {}, words));
}
