/** The stream of changes, through restarts of the sandbox and through sleep. */

const RETRY_MS = 500;

/**
 * Calls `onChange` for each change and `onConnect` whenever the stream stands, so that the page can look at everything
 * anew: after a restart the numbers of changes begin again and nothing tells what was missed.
 *
 * A hidden page lets the stream go. A browser opens six connections to one address at most, and each tab would hold
 * one of them for good.
 */
export function follow({ onChange, onConnect, onLost }) {
  let source = null;
  let retry = 0;

  function open() {
    clearTimeout(retry);
    source?.close();
    source = new EventSource("/_sandbox/stream");
    source.onopen = onConnect;
    source.onmessage = (event) => onChange(JSON.parse(event.data));
    source.onerror = () => {
      onLost();
      source.close();
      retry = setTimeout(open, RETRY_MS);
    };
  }

  function close() {
    clearTimeout(retry);
    source?.close();
  }

  document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
  if (!document.hidden) open();
}
