// Carries out what the watch's state machine decides: owns the event stream, the one timer, the request and the
// listeners, and lets go of them all at the end. It decides nothing.
//
// The machine is in the wasm module. `env` may stand in for parts of the global scope, some of which is missing
// in Node and in workers.

/** The machine's events, by the numbers it knows them by. */
const START = 0;
const TIMER = 1;
const OPENED = 2;
const MESSAGE = 3;
const STOP = 4;
const PING = 5;
const CONFIG = 6;
const STREAM_ERROR = 7;
const ANSWER = 8;
const FETCH_FAILED = 9;
const VISIBLE = 10;
const ONLINE = 11;
const PAGE_HIDE = 12;
const PAGE_SHOW = 13;
const REFRESH = 14;
const CLOSE = 15;
const BLOCKED = 16;

const STREAM_EVENTS = ['open', 'message', 'stop', 'ping', 'config', 'error'];
const PAGE_EVENTS = { online: ONLINE, pagehide: PAGE_HIDE, pageshow: PAGE_SHOW };
const DOCUMENT_EVENTS = ['visibilitychange', 'resume', 'securitypolicyviolation'];
/** What a frozen page was sent comes in one burst when it thaws; this long, only the newest of it counts. */
const THAW = 50;
/** Longer payloads are refused by the machine; there is no need to copy all of one to be told so. */
const MAX_LENGTH = 2 ** 20 + 1;
/** A longer resume id does not belong into a URL. */
const MAX_EVENT_ID = 256;
/** A module that fails more often than this has no other payloads to fail on. */
const MAX_REVIVALS = 3;

let lastId = 0;

export class WatchDriver {
  /**
   * @param {() => object} machine gives the wasm module's exports
   * @param {{ orderId: string, transport: string, expired: string, numbers: number[] }} settings
   * @param {{ url: string, headers: object, streamUrl: string }} request
   * @param {object} report takes `order`, `invalid`, `state`, `error` and `end`; none of them may throw
   * @param {object} [env]
   * @throws {string} the name of a setting that cannot be used
   */
  constructor(machine, settings, request, report, env = {}) {
    this.settings = settings;
    this.machine = machine;
    this.request = request;
    this.report = report;
    this.env = env;
    this.id = ++lastId;
    this.queue = [];
    this.lastEventId = '';
    this.revivals = 0;
    const refused = this.create();
    if (refused) throw refused;
  }

  create() {
    const { orderId, transport, expired, numbers } = this.settings;
    const hasEventSource = typeof this.of('EventSource') === 'function';
    const seed = Math.floor(this.of('Math').random() * 2 ** 32);
    return this.machine().watchNew(this.id, orderId, transport, expired, Float64Array.from(numbers), hasEventSource, seed);
  }

  start() {
    this.listen('addEventListener');
    this.tell(START);
    if (this.isHidden()) this.tell(VISIBLE, 0, 0);
  }

  refresh() {
    this.tell(REFRESH);
  }

  close() {
    this.tell(CLOSE);
  }

  /** Something of the environment's, or of the global scope. */
  of(name) {
    return name in this.env ? this.env[name] : globalThis[name];
  }

  /** Tells the machine and does what it says. What happens meanwhile joins the queue. */
  tell(...event) {
    if (this.ended) return;
    this.queue.push(event);
    if (this.busy) return;
    this.busy = true;
    for (let next; (next = this.queue.shift()); ) {
      const [kind, serial = 0, value = 0, wait = NaN, text = ''] = next;
      const now = this.of('Date').now();
      let actions;
      try {
        actions = this.machine().watchEvent(this.id, kind, serial, value, wait, now, text);
      } catch {
        // It failed on this very event. Below, it begins anew.
      }
      // A module that failed, here or elsewhere on the page, knows nothing of this watch any more.
      actions ||= this.revive(kind);
      for (const [verb, ...details] of JSON.parse(actions)) {
        if (verb in this.report) this.report[verb](...details);
        else this[verb](...details);
        if (verb === 'end') this.release();
      }
    }
    this.busy = false;
  }

  /** Begins anew with a fresh machine; what the old one had under way is let go. */
  revive(kind) {
    this.closeStream();
    this.abort();
    this.timer();
    const closing = [kind, ...this.queue.map(([queued]) => queued)].includes(CLOSE);
    this.queue.length = 0;
    if (closing) return '[["end","closed"]]';
    if (this.revivals++ >= MAX_REVIVALS) return '[["end","fatal","internal"]]';
    try {
      this.create();
    } catch {
      return this.revive(kind);
    }
    this.tell(START);
    if (this.isHidden()) this.tell(VISIBLE, 0, 0);
    return '[]';
  }

  release() {
    this.ended = true;
    this.queue.length = 0;
    this.listen('removeEventListener');
    if (this.thaw) this.of('clearTimeout')(this.thaw);
    this.thaw = this.burst = undefined;
  }

  // What the machine asks for

  openStream(serial) {
    let url = this.request.streamUrl;
    // A new EventSource knows nothing of the last one's id, so it travels in the address.
    if (this.lastEventId) url += `${url.includes('?') ? '&' : '?'}lastEventId=${encodeURIComponent(this.lastEventId)}`;
    try {
      this.source = new (this.of('EventSource'))(url);
    } catch {
      this.tell(STREAM_ERROR, serial, 1);
      return;
    }
    const source = this.source;
    this.hear = (event) => this.hearStream(serial, source, event);
    for (const type of STREAM_EVENTS) source.addEventListener(type, this.hear);
  }

  closeStream() {
    const { source, hear } = this;
    if (!source) return;
    this.source = this.hear = undefined;
    for (const type of STREAM_EVENTS) source.removeEventListener(type, hear);
    source.close();
  }

  async fetch(serial) {
    const Controller = this.of('AbortController');
    const controller = Controller && new Controller();
    this.controller = controller;
    try {
      // A finished order holds codes: no cache is to keep them.
      const init = { headers: { ...this.request.headers, Accept: 'application/json' }, cache: 'no-store', signal: controller?.signal };
      const response = await this.of('fetch')(this.request.url, init);
      const text = await response.text();
      this.heardAt = this.of('Date').now();
      this.tell(ANSWER, serial, response.status, this.waitAsked(response.headers), text.slice(0, MAX_LENGTH));
    } catch {
      this.tell(FETCH_FAILED, serial);
    }
  }

  abort() {
    this.controller?.abort();
  }

  timer(after) {
    if (this.alarm !== undefined) this.of('clearTimeout')(this.alarm);
    this.alarm = undefined;
    if (after === undefined) return;
    this.alarm = this.of('setTimeout')(() => {
      this.alarm = undefined;
      this.tell(TIMER);
    }, after);
  }

  // What is heard

  hearStream(serial, source, event) {
    const { type, data } = event;
    if (type !== 'error' || data !== undefined) this.heardAt = this.of('Date').now();
    if (type === 'message' && this.thaw && !this.settings.everyState) {
      this.burst = [serial, source, event];
      return;
    }
    this.flush();
    if (type === 'message') {
      if (typeof event.lastEventId === 'string' && event.lastEventId.length <= MAX_EVENT_ID) this.lastEventId = event.lastEventId;
      this.tell(MESSAGE, serial, 0, NaN, String(data).slice(0, MAX_LENGTH));
    } else if (type === 'stop') this.tell(STOP, serial);
    else if (type === 'ping') this.tell(PING, serial);
    else if (type === 'config') this.tell(CONFIG, serial, heartbeatOf(data));
    // A server may name events of its own "open" and "error"; those carry data and say nothing of the connection.
    else if (data === undefined && type === 'open') this.tell(OPENED, serial);
    else if (data === undefined) this.tell(STREAM_ERROR, serial, source.readyState === 2 ? 1 : 0);
  }

  hearPage = (event) => {
    if (event.type === 'securitypolicyviolation') {
      if (this.forbids(event)) this.tell(BLOCKED);
      return;
    }
    if (event.type === 'resume') this.thaw ??= this.of('setTimeout')(() => this.flush(), THAW);
    if (event.type in PAGE_EVENTS) this.tell(PAGE_EVENTS[event.type]);
    else this.tell(VISIBLE, 0, this.isHidden() ? 0 : 1);
  };

  /** Ends the thaw and lets the newest of its messages count. */
  flush() {
    if (!this.thaw) return;
    const { burst } = this;
    this.of('clearTimeout')(this.thaw);
    this.thaw = this.burst = undefined;
    if (burst && this.source === burst[1]) this.hearStream(...burst);
  }

  /** Whether it is this watch's connection that the page's policy has just refused. */
  forbids({ effectiveDirective, disposition, blockedURI }) {
    return effectiveDirective === 'connect-src' && disposition === 'enforce' && String(blockedURI).includes(this.settings.orderId);
  }

  isHidden() {
    return this.of('document')?.visibilityState === 'hidden';
  }

  listen(method) {
    const page = 'window' in this.env ? this.env.window : globalThis;
    for (const type of Object.keys(PAGE_EVENTS)) page?.[method]?.(type, this.hearPage);
    for (const type of DOCUMENT_EVENTS) this.of('document')?.[method]?.(type, this.hearPage);
  }

  /** How long the server wants to be left alone, in milliseconds: seconds, a date, or when a rate limit ends. */
  waitAsked(headers) {
    const after = headers?.get('retry-after');
    const now = this.of('Date').now();
    if (after) return /^\d+$/.test(after.trim()) ? Number(after) * 1000 : Math.max(Date.parse(after) - now, 0);
    const reset = headers?.get('x-ratelimit-reset');
    return reset ? Math.max(Number(reset) * 1000 - now, 0) : NaN;
  }
}

/** The heartbeat a `config` event announces, in milliseconds; 0 for none. */
function heartbeatOf(data) {
  try {
    return Math.max(Number(JSON.parse(data).heartbeatMs), 0) || 0;
  } catch {
    return 0;
  }
}
