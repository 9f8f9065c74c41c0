/** Bringing a list of nodes in line with a list of items, touching only what differs. */

const drawn = new WeakMap();

/**
 * Draws `items` as the children of `parent`. An item keeps its node as long as its `key` stays and `same(old, item)`
 * holds, so that focus, scroll position and half-typed text survive what changes around them. `draw(item, node)` is
 * given the node that the item had before; what people press repeatedly is updated in place, not replaced.
 */
export function keyed(parent, items, { key, same, draw }) {
  const before = drawn.get(parent) ?? new Map();
  const after = new Map();
  let place = parent.firstChild;
  for (const item of items) {
    const old = before.get(key(item));
    const node = old && same(old.item, item) ? old.node : draw(item, old?.node);
    after.set(key(item), { item, node });
    if (node === place) {
      place = place.nextSibling;
    } else {
      if (old && old.node !== node && old.node === place) place = place.nextSibling;
      parent.insertBefore(node, place);
    }
  }
  const kept = new Set([...after.values()].map(({ node }) => node));
  for (const child of [...parent.childNodes]) {
    if (!kept.has(child)) child.remove();
  }
  drawn.set(parent, after);
}

/** Draws one item as the only child of `parent`, anew only when it says something else than before. */
export function only(parent, item, draw) {
  keyed(parent, [item], { key: () => "only", same: alike, draw });
}

/** Tells whether two pieces of JSON say the same. */
export function alike(one, other) {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}
