/** Values that know who reads them, and effects that run again when a value they have read has changed. */

let reader = null;
const due = new Set();

/** Returns a value to be read and set as `.value`; `peek()` reads it without becoming a reader. */
export function signal(initial) {
  let current = initial;
  const readers = new Set();
  return {
    get value() {
      if (reader) {
        readers.add(reader);
        reader.sources.add(readers);
      }
      return current;
    },
    set value(next) {
      if (Object.is(next, current)) return;
      current = next;
      for (const one of readers) schedule(one);
    },
    peek: () => current,
  };
}

/**
 * Runs `action` now, and once after each batch of changes to what it has read. Returns a function that ends it; an
 * effect that was begun within another one ends when the outer one runs again.
 */
export function effect(action) {
  const self = { sources: new Set(), inner: [], action, ended: false };
  reader?.inner.push(self);
  run(self);
  return () => end(self);
}

/** Begins an effect that no other one ends, wherever it is begun. */
effect.apart = (action) => {
  const outer = reader;
  reader = null;
  try {
    return effect(action);
  } finally {
    reader = outer;
  }
};

function schedule(one) {
  if (due.size === 0) queueMicrotask(flush);
  due.add(one);
}

function flush() {
  const now = [...due];
  due.clear();
  for (const one of now) {
    if (!one.ended) run(one);
  }
}

function run(one) {
  forget(one);
  const outer = reader;
  reader = one;
  try {
    one.action();
  } catch (error) {
    reportError(error); // One region that cannot be drawn must not keep the others from it.
  } finally {
    reader = outer;
  }
}

function end(one) {
  one.ended = true;
  forget(one);
}

function forget(one) {
  for (const readers of one.sources) readers.delete(one);
  one.sources.clear();
  one.inner.splice(0).forEach(end);
}
