/** Light or dark: as the system has it, or as the person has chosen. */

import { signal } from "./signals.js";

const KEY = "theme";
const KNOWN = ["light", "dark"];
const system = matchMedia("(prefers-color-scheme: dark)");

/** What is shown: `light` or `dark`. */
export const theme = signal(shown());

system.addEventListener("change", show);
show();

/** Chooses a theme for this browser; anything but `light` and `dark` changes nothing. */
export function setTheme(name) {
  if (!KNOWN.includes(name)) return;
  localStorage.setItem(KEY, name);
  show();
}

export function toggleTheme() {
  setTheme(theme.peek() === "dark" ? "light" : "dark");
}

function shown() {
  const chosen = localStorage.getItem(KEY);
  return KNOWN.includes(chosen) ? chosen : system.matches ? "dark" : "light";
}

function show() {
  theme.value = shown();
  document.documentElement.dataset.theme = theme.value;
}
