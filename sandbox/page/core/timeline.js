/** The messages of one conversation, or of one thread in it, kept current by the stream of changes. */

import { look } from "./api.js";
import { coalesced } from "./coalesced.js";
import { signal } from "./signals.js";

const PAGE = 200;

export class Timeline {
  /** `threadTs` makes it the timeline of a thread: the message that began it and its replies. */
  constructor(user, channel, threadTs = "") {
    this.user = user;
    this.channel = channel;
    this.threadTs = threadTs;
    /** Oldest first; null until they have been loaded. */
    this.messages = signal(null);
    /** Whether there are older ones. */
    this.more = signal(false);
    /** What had been read when it was opened, as a `ts`; empty where nothing was new. */
    this.readUpTo = "";
    /** With which messages the pages begin that were there when older ones came in above them, by `ts`. */
    this.seams = new Set();
    /** Loads the newest messages, as many as there were before. */
    this.load = coalesced(() => this._load());
    this._limit = threadTs ? "" : PAGE;
    this._pending = [];
    this._earlier = null;
  }

  /** Loads every message. */
  loadAll() {
    this._limit = "";
    return this.load();
  }

  /** Loads a page of older ones; who asks while it is on its way waits for the same. */
  loadEarlier() {
    this._earlier ??= this._loadEarlier().finally(() => (this._earlier = null));
    return this._earlier;
  }

  /** Takes over a change that was told of a message. What comes while loading is applied afterwards. */
  apply(change) {
    if (change.channel !== this.channel) return;
    if (change.type.startsWith("ephemeral_") && change.user !== this.user) return;
    if (this._pending) {
      this._pending.push(change);
      return;
    }
    const { message } = change;
    if (change.type.endsWith("_deleted")) this._remove(message);
    else if (this._holds(message)) this._put(message);
    if (change.type === "message_posted" && isReply(message)) this._count(message);
  }

  async _loadEarlier() {
    const [first] = this.messages.peek();
    const answer = await this._look({ limit: PAGE, before: first.ts });
    if (this.messages.peek()[0] !== first) return; // All was loaded anew meanwhile.
    this.seams.add(first.ts);
    this.more.value = answer.has_more;
    this.messages.value = [...answer.messages, ...this.messages.peek()];
    this._limit = this.messages.peek().length;
  }

  async _load() {
    this._pending = [];
    const answer = await this._look({ limit: this._limit });
    this.seams.clear();
    this.more.value = answer.has_more;
    this.messages.value = answer.messages;
    const missed = this._pending;
    this._pending = null;
    missed.forEach((change) => this.apply(change));
  }

  _look(query) {
    return look("messages", { user: this.user, channel: this.channel, thread_ts: this.threadTs, ...query });
  }

  _holds(message) {
    if (this.threadTs) return message.ts === this.threadTs || message.thread_ts === this.threadTs;
    return !isReply(message) || message.subtype === "thread_broadcast";
  }

  _put(message) {
    const known = this.messages.peek();
    let at = known.length;
    while (at > 0 && known[at - 1].ts >= message.ts) at -= 1;
    const replaced = known[at]?.ts === message.ts ? 1 : 0;
    if (at === 0 && !replaced && this.more.peek()) return; // It is older than what has been loaded.
    this.messages.value = known.toSpliced(at, replaced, message);
  }

  _remove(message) {
    const left = this.messages.peek().filter((one) => one.ts !== message.ts);
    if (left.length !== this.messages.peek().length) this.messages.value = left;
    // Who else has replied is known to the sandbox only; where it is gone, all is loaded anew when it is back.
    if (isReply(message)) this.load().catch(() => {});
  }

  /** Lets the message that began a thread tell of a new reply: the stream tells of the reply only. */
  _count(reply) {
    const head = this.messages.peek().find((one) => one.ts === reply.thread_ts);
    if (!head || (head.latest_reply ?? "") >= reply.ts) return;
    const repliers = [...new Set([...(head.reply_users ?? []), reply.user])];
    this._put({
      ...head,
      thread_ts: head.ts,
      reply_count: (head.reply_count ?? 0) + 1,
      reply_users: repliers.slice(0, 5),
      reply_users_count: Math.max(repliers.length, head.reply_users_count ?? 0),
      latest_reply: reply.ts,
    });
  }
}

/** Tells whether a message stands in a thread that another one began. */
export function isReply(message) {
  return Boolean(message.thread_ts) && message.thread_ts !== message.ts;
}
