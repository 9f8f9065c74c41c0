/** Spots: an element of Block Kit and the block it stands in, `{block, element}`, and what it holds. */

/** Returns what tells an element from the others on its surface. */
export function spotKey({ block, element }) {
  return keyOf({ blockId: block.block_id, actionId: element.action_id });
}

/** Returns the same from the two ids. */
export function keyOf({ blockId, actionId }) {
  return `${blockId}/${actionId}`;
}

/** Tells whether using an element tells the app at once; the field of an input block does only where it says so. */
export function dispatches({ block }) {
  return block.type !== "input" || Boolean(block.dispatch_action);
}

/** Returns a value as the control API takes it: an option by its value, a file by its id. */
export function plain(value) {
  if (Array.isArray(value)) return value.map(plain);
  if (value && typeof value === "object") return value.value ?? value.id ?? value;
  return value;
}

/** Returns what an entry of a view's state holds, under whatever key its element keeps it. */
export function heldIn(entry) {
  return Object.entries(entry).find(([key]) => key !== "type" && key !== "timezone")?.[1] ?? null;
}

/** Returns what an element holds that nobody has touched. */
export function initially(element) {
  return Object.entries(element).find(([key]) => key.startsWith("initial_"))?.[1] ?? null;
}
