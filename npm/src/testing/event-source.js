// An EventSource whose server is the test.

const CONNECTING = 0;
const OPEN = 1;
const CLOSED = 2;

/** As the browser's, but it connects to nobody: the test says what arrives. */
export class FakeEventSource {
  static CONNECTING = CONNECTING;
  static OPEN = OPEN;
  static CLOSED = CLOSED;
  /** Every one that was made, the newest last. */
  static instances = [];

  CONNECTING = CONNECTING;
  OPEN = OPEN;
  CLOSED = CLOSED;
  readyState = CONNECTING;
  withCredentials = false;
  onopen = null;
  onmessage = null;
  onerror = null;
  #listeners = new Map();
  #lastEventId = '';

  constructor(url, { withCredentials = false } = {}) {
    this.url = String(url);
    this.withCredentials = withCredentials;
    new.target.instances.push(this);
  }

  addEventListener(type, listener) {
    if (!this.#listeners.has(type)) this.#listeners.set(type, new Set());
    if (listener) this.#listeners.get(type).add(listener);
  }

  removeEventListener(type, listener) {
    this.#listeners.get(type)?.delete(listener);
  }

  /** How many listeners there are: none, once somebody has cleaned up. */
  get listenerCount() {
    let count = 0;
    for (const listeners of this.#listeners.values()) count += listeners.size;
    return count;
  }

  close() {
    this.readyState = CLOSED;
  }

  // What the server does

  /** The connection is there. */
  open() {
    if (this.readyState !== CONNECTING) return;
    this.readyState = OPEN;
    this.#dispatch('open');
  }

  /** An event arrives: text as it is, anything else as JSON. */
  send(data, { event = 'message', id } = {}) {
    this.open();
    if (this.readyState === CLOSED) return;
    if (id !== undefined) this.#lastEventId = String(id);
    this.#dispatch(event, { data: typeof data === 'string' ? data : JSON.stringify(data), lastEventId: this.#lastEventId });
  }

  /** The connection breaks: a browser would try again by itself, unless it is refused for good. */
  fail({ forGood = false } = {}) {
    if (this.readyState === CLOSED) return;
    this.readyState = forGood ? CLOSED : CONNECTING;
    this.#dispatch('error');
  }

  #dispatch(type, more = {}) {
    const event = { type, target: this, currentTarget: this, origin: '', ...more };
    for (const listener of [...(this.#listeners.get(type) ?? [])]) {
      // One of them may have closed it.
      if (this.readyState === CLOSED && type !== 'error') return;
      if (typeof listener === 'function') listener.call(this, event);
      else listener.handleEvent(event);
    }
    this[`on${type}`]?.(event);
  }
}
