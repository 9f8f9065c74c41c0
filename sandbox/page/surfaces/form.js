/** A modal as it is filled in: what it holds, what the sandbox knows of that, and what is wrong with it. */

import { act } from "../core/api.js";
import { settled } from "../core/coalesced.js";
import { alike } from "../core/keyed.js";
import { offered, press } from "./pressing.js";
import { refreshViews } from "../core/session.js";
import { signal } from "../core/signals.js";
import { dispatches, heldIn, keyOf, plain, spotKey } from "../core/spots.js";
import { me } from "../core/state.js";
import { confirmed } from "../widgets/confirm.js";

const PAUSE_MS = 250;
const MODAL = { surface: "modal" };
const TROUBLE = "We had some trouble connecting. Try again?";

/** It is also the surface that the elements of the modal turn to: see `drawBlocks`. */
export class Form {
  /** `onRefused` hears when a submission was answered with errors, once they are drawn. */
  constructor(view, onRefused) {
    this._onRefused = onRefused;
    this.view = signal(view);
    /** What stands below fields, by block. */
    this.errors = signal({});
    /** What stands above the buttons. */
    this.trouble = signal("");
    this.submitting = signal(false);
    /** Counts, by block, how often somebody else has changed what it holds: then it has to be drawn anew. */
    this.changedElsewhere = signal({});
    this._held = new Map();
    this._told = new Map();
    this._dirty = new Set();
    this._complaints = {};
    this._flushing = Promise.resolve();
    this._later = settled(() => this._flush(), PAUSE_MS);
    this.absorb(view);
  }

  /**
   * Takes over the view as the sandbox has it now. What was typed here and has not been told yet stays, as it does in
   * Slack's client as long as block, element and type are the same.
   */
  absorb(view) {
    const there = new Set();
    for (const [blockId, entries] of Object.entries(view.state.values)) {
      for (const [actionId, entry] of Object.entries(entries)) {
        there.add(this._merge({ blockId, actionId }, entry));
      }
    }
    for (const key of this._held.keys()) {
      if (!there.has(key)) this._forget(key);
    }
    this.view.value = view;
  }

  value(spot) {
    return this._held.get(spotKey(spot)) ?? null;
  }

  hold(spot, value) {
    this._keep(spot, value);
    this._later();
  }

  /** Holds a value and, where the element dispatches, tells the app of it, with all that was typed elsewhere. */
  async use(spot, value) {
    if (!dispatches(spot)) {
      this.hold(spot, value);
      return true;
    }
    const { confirm } = spot.element;
    if (confirm && !(await confirmed(confirm))) return false;
    await this._attempt(async () => {
      if (value !== undefined) this._keep(spot, value, { dirty: false });
      await this._later.now();
      this.trouble.value = await press(spot, value, MODAL);
    });
    return true;
  }

  /** Says what is wrong with what was entered in a field that was just left. */
  async check({ block }) {
    await this._later.now();
    const complaint = this._complaints[block.block_id];
    if (complaint) this.errors.value = { ...this.errors.peek(), [block.block_id]: complaint };
  }

  error({ block }) {
    return this.errors.peek()[block.block_id];
  }

  options(spot, query) {
    return offered(spot, query, MODAL);
  }

  async submit() {
    if (this.submitting.peek()) return;
    this.submitting.value = true;
    this.trouble.value = "";
    await this._attempt(async () => {
      this._later.cancel();
      await this._flushing;
      const answer = await act("submit", { user: me.peek(), values: this._values(this._held.keys()) });
      this._dirty.clear();
      this.errors.value = answer.errors ?? {};
      if (answer.result === "timeout") this.trouble.value = TROUBLE;
      await refreshViews();
      if (answer.result === "errors") this._onRefused();
    });
    this.submitting.value = false;
  }

  /** Closes this view and shows the one below, or closes `all` of them. */
  async close({ all = false } = {}) {
    this._later.cancel();
    await this._attempt(() => act("close", { user: me.peek(), ...(all && { all }) }));
    await refreshViews();
  }

  /** Takes over what one element holds, unless it was changed here meanwhile; returns the element's key. */
  _merge(ids, entry) {
    const key = keyOf(ids);
    const told = this._told.get(key);
    const theirs = heldIn(entry);
    this._told.set(key, { ...ids, type: entry.type, value: theirs });
    if (told && told.type !== entry.type) this._dirty.delete(key);
    else if (told && alike(told.value, theirs)) return key;
    if (this._dirty.has(key) || alike(theirs, this._held.get(key) ?? null)) return key;
    this._held.set(key, theirs);
    this._settle(ids.blockId);
    const counts = this.changedElsewhere.peek();
    this.changedElsewhere.value = { ...counts, [ids.blockId]: (counts[ids.blockId] ?? 0) + 1 };
    return key;
  }

  _forget(key) {
    this._held.delete(key);
    this._told.delete(key);
    this._dirty.delete(key);
  }

  _keep(spot, value, { dirty = true } = {}) {
    const key = spotKey(spot);
    this._held.set(key, value);
    if (dirty) this._dirty.add(key);
    this._settle(spot.block.block_id);
  }

  /** Takes away what stands below a field, because the field has changed. */
  _settle(blockId) {
    delete this._complaints[blockId];
    const { [blockId]: gone, ...left } = this.errors.peek();
    if (gone) this.errors.value = left;
  }

  /** Tells the sandbox what was entered since the last time, one telling after the other. */
  _flush() {
    this._flushing = this._flushing.then(() => this._attempt(() => this._fill()));
    return this._flushing;
  }

  async _fill() {
    const keys = [...this._dirty].filter((key) => this._told.has(key));
    if (!keys.length) return;
    this._dirty.clear();
    const sent = keys.map((key) => [key, this._held.get(key)]);
    const { errors } = await act("fill", { user: me.peek(), values: this._values(keys) });
    for (const [key, value] of sent) this._told.set(key, { ...this._told.get(key), value });
    for (const key of keys) delete this._complaints[this._told.get(key).blockId];
    Object.assign(this._complaints, errors);
  }

  _values(keys) {
    const values = {};
    for (const key of keys) {
      const { blockId, actionId } = this._told.get(key);
      values[blockId] = { ...values[blockId], [actionId]: plain(this._held.get(key)) };
    }
    return values;
  }

  async _attempt(work) {
    try {
      await work();
    } catch (problem) {
      this.trouble.value = problem.message;
    }
  }
}
