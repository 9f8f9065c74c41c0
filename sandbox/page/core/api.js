/** The sandbox's control API: everything a person does or sees goes through it. */

/** What the sandbox did not do; `code` is its name for why. */
export class Refused extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

/** Looks at something: `look("messages", { user, channel })`. */
export function look(name, query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== "");
  return call(`${name}?${new URLSearchParams(given)}`, { method: "GET" });
}

/** Does something: `act("message", { user, channel, text })`. */
export function act(name, body) {
  return call(name, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
}

/** Takes something back: `undo("faults", { id })`. */
export function undo(name, query) {
  return call(`${name}?${new URLSearchParams(query)}`, { method: "DELETE" });
}

async function call(path, request) {
  let response;
  try {
    response = await fetch(`/_sandbox/${path}`, request);
  } catch {
    throw new Refused("unreachable", "The sandbox does not answer. Is it still running?");
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) {
    throw new Refused(answer.error ?? `http_${response.status}`, answer.message ?? `HTTP status ${response.status}`);
  }
  return answer;
}
