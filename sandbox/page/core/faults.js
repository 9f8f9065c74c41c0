/** What the sandbox is told to do wrong. */

import { act, look, undo } from "./api.js";
import { signal } from "./signals.js";

/** The faults in force: `{id, kind, method, delivery, times, …}`. */
export const faults = signal([]);

export async function refreshFaults() {
  ({ faults: faults.value } = await look("faults"));
}

/** Asks for trouble: see `POST /_sandbox/faults`. */
export function addFault(fault) {
  return act("faults", fault);
}

export function removeFault(id) {
  return undo("faults", { id });
}
