/** Coalesces many requests to do something into one run. */

/**
 * Returns a function that runs `work` at most once at a time. A wish that comes while it runs is met by one more run
 * afterwards, so that the result is never older than the wish; the promise is that of the run that meets it.
 */
export function coalesced(work) {
  let running = null;
  let next = null;
  function start() {
    running = Promise.resolve()
      .then(work)
      .finally(() => (running = null));
    return running;
  }
  return function wish() {
    if (!running) return start();
    next ??= running
      .catch(() => {})
      .then(() => {
        next = null;
        return start();
      });
    return next;
  };
}

/** Returns a function that calls `work` when it has not been called for a while; `now()` does at once what waits. */
export function settled(work, milliseconds) {
  let timer = 0;
  const wish = () => {
    clearTimeout(timer);
    timer = setTimeout(wish.now, milliseconds);
  };
  wish.now = () => {
    clearTimeout(timer);
    timer = 0;
    return work();
  };
  wish.cancel = () => clearTimeout(timer);
  return wish;
}
