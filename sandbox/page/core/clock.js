/** The sandbox's clock, as the page reads it: it may have been set, and may run faster than the machine's. */

import { effect, signal } from "./signals.js";

const CALM_MS = 10_000;
const HURRIED_MS = 1_000;

const reading = signal({ now: Date.now() / 1000, speed: 1, at: performance.now() });

/** Changes whenever what depends on the present time should be drawn anew. */
export const tick = signal(0);

/** The length of time that is being let pass, by whomever: since when, and until when. */
export const passing = signal(null);

/** Takes over the sandbox's time: Unix seconds, how many of its seconds pass in one of ours, and what is being let pass. */
export function setClock({ now, speed, passing: length }) {
  reading.value = { now, speed, at: performance.now() };
  passing.value = length ?? null;
  tick.value += 1;
}

/** Returns the sandbox's present time in Unix seconds. */
export function now() {
  const { now: then, speed, at } = reading.peek();
  return then + ((performance.now() - at) / 1000) * speed;
}

/** Returns how fast the clock runs. */
export function speed() {
  return reading.value.speed;
}

let beat = 0;

effect(() => {
  const pause = speed() > 1 ? HURRIED_MS : CALM_MS;
  clearInterval(beat);
  beat = setInterval(() => (tick.value += 1), pause);
});
