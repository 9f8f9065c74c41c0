/** What went to and fro between the app and the workspace: calls of the Web API, and what was delivered to the app. */

import { look } from "./api.js";
import { signal } from "./signals.js";

const MOST_KEPT = 1000;

const MOST_LOADED = 250;

/** Newest last: `{key, kind: "call" | "delivery", at, ms, name, problem, entry}`; null while nobody looks. */
export const traffic = signal(null);

/** Begins to watch, with what went before. */
export async function watchTraffic() {
  traffic.value = [];
  const earlier = await Promise.all([latest("calls", "call"), latest("deliveries", "delivery")]);
  const known = new Set(traffic.peek().map(({ key }) => key));
  const all = [...earlier.flat().filter(({ key }) => !known.has(key)), ...traffic.peek()];
  traffic.value = all.sort((one, other) => one.at - other.at);
}

export function stopWatching() {
  traffic.value = null;
}

/** Takes over one that has just happened. */
export function record(kind, entry) {
  if (traffic.peek()) traffic.value = [...traffic.peek(), summary(kind, entry)].slice(-MOST_KEPT);
}

/** Forgets what has been shown; what comes from now on is shown. */
export function clearTraffic() {
  traffic.value = [];
}

async function latest(name, kind) {
  const { last } = await look(name, { since: Number.MAX_SAFE_INTEGER });
  const found = await look(name, { since: Math.max(0, last - MOST_LOADED) });
  return found[name].map((entry) => summary(kind, entry));
}

function summary(kind, entry) {
  const { seq, at, ms } = entry;
  const problem = kind === "call" ? entry.error : entry.failure || refusal(entry);
  const name = kind === "call" ? entry.method : nameOf(entry);
  return { key: `${kind}-${seq}`, kind, at, ms, name, problem, entry };
}

function refusal({ acknowledged, status }) {
  return acknowledged ? null : `answered ${status ?? "nothing"}`;
}

function nameOf({ kind, name, payload }) {
  const what =
    payload?.actions?.[0]?.action_id ?? payload?.action_id ?? payload?.view?.callback_id ?? payload?.callback_id;
  return kind === "interactive" && what ? `${name} ${what}` : name;
}
