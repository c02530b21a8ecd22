// Carries out what the watch's state machine decides: owns the event stream, the one timer, the request and the
// listeners, and lets go of them all at the end. It decides nothing.
//
// The machine is in the wasm module. `env` may stand in for parts of the global scope, some of which is missing
// in Node and in workers.

/** The machine's events, by the numbers it knows them by: places in KINDS of src/watch/machine.rs. */
const OPENED = 0;
const MESSAGE = 1;
const STOP = 2;
const PING = 3;
const CONFIG = 4;
const DROPPED = 5;
const REFUSED = 6;
const ANSWER = 7;
const FAILED = 8;
const HELD = 9;
const START = 10;
const TIMER = 11;
const SHOWN = 12;
const HIDDEN = 13;
const ONLINE = 14;
const PAGE_HIDE = 15;
const PAGE_SHOW = 16;
const REFRESH = 17;
const CLOSE = 18;
const BLOCKED = 19;
const KNOWN = 20;

/** What it says to do, how a watch stands, why it is over and what went wrong, by their numbers. */
const VERBS = ['openStream', 'closeStream', 'fetch', 'abort', 'timer', 'order', 'invalid', 'state', 'error', 'end'];
const PHASES = ['connecting', 'live', 'backoff', 'polling', 'paused', 'ended'];
const ENDS = [, 'stop', 'final', 'closed'];
const FAULTS = [, 'stream', 'silent', 'network', 'payload', 'unsupported', 'blocked'];

const STREAM_EVENTS = { open: OPENED, message: MESSAGE, stop: STOP, ping: PING, config: CONFIG, error: DROPPED };
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
/** A request waits this long for the session to be renewed: somebody may have to sign in. */
const SIGN_IN = 3_600_000;
/** The place of a request's usual time among the settings. */
const REQUEST_TIMEOUT = 9;

let lastId = 0;

export class WatchDriver {
  /**
   * @param {() => object} machine gives the wasm module's exports
   * @param {{ orderId: string, transport: string, numbers: number[], keepExpired: boolean, everyState: boolean }} settings
   * @param {{ url: string, headers: object, streamUrl: string }} request
   * @param {object} report takes `order`, `invalid`, `state`, `error` and `end`, none of which may throw; `unauthorized` and
   *   `waitAsked` answer
   * @param {object} [env]
   */
  constructor(machine, settings, request, report, env = {}) {
    this.settings = settings;
    this.machine = machine;
    this.request = request;
    this.report = report;
    this.env = env;
    this.id = ++lastId;
    this.queue = [];
    this.burst = [];
    this.lastEventId = '';
    this.revivals = 0;
    this.create();
  }

  create() {
    const { numbers, transport, keepExpired } = this.settings;
    const streams = transport !== 'poll' && Boolean(this.of('EventSource'));
    const seed = this.of('Math').random() * 2 ** 32;
    this.machine().watchNew(this.id, Uint32Array.from([...numbers, streams, transport !== 'sse', keepExpired, seed]));
  }

  start() {
    this.listen('addEventListener');
    this.begin();
  }

  begin() {
    this.tell(START);
    if (this.isHidden()) this.tell(HIDDEN);
  }

  /** Right after the start: an order somebody else was told. */
  know(order) {
    this.tell(KNOWN, 0, 0, 0, JSON.stringify(order));
  }

  refresh() {
    this.tell(REFRESH);
  }

  close() {
    this.closing = true;
    this.tell(CLOSE);
  }

  /** Something of the environment's, or of the global scope. */
  of(name) {
    return name in this.env ? this.env[name] : globalThis[name];
  }

  now() {
    return this.of('Date').now();
  }

  /** Tells the machine and does what it says. What happens meanwhile joins the queue. */
  tell(...event) {
    if (this.ended) return;
    this.queue.push(event);
    if (this.busy) return;
    this.busy = true;
    try {
      for (let next; (next = this.queue.shift()); ) {
        const [kind, serial = 0, value = 0, wait = 0, payload] = next;
        const text = payload === undefined ? '' : `${this.settings.orderId}\n${payload.slice(0, MAX_LENGTH)}`;
        let actions;
        try {
          actions = this.machine().watchEvent(this.id, kind, serial, value, wait, this.now(), text);
        } catch {
          // It failed on this very event. Below, it begins anew.
        }
        // A module that failed, here or elsewhere on the page, knows nothing of this watch any more.
        if (actions) this.act(JSON.parse(actions), payload);
        else this.revive();
      }
    } finally {
      this.busy = false;
    }
  }

  /** Does what the machine says: the payload, pairs of a verb and its number, and a 0 for its end. */
  act([payload, ...numbers], text) {
    for (let at = 0; at + 1 < numbers.length && !this.ended; at += 2) {
      const verb = VERBS[numbers[at]];
      const value = numbers[at + 1];
      if (verb === 'state') {
        const [attempt, nextAt, fault] = numbers.splice(at + 2, 3);
        this.report.state(PHASES[value], attempt, nextAt || undefined, ...named(fault));
      } else if (verb === 'order') this.news(payload, text);
      else if (verb === 'invalid') this.report.invalid(payload);
      else if (verb === 'error') this.report.error(...named(value));
      else if (verb !== 'end') this[verb](value);
      else this.end(ENDS[value] ?? 'fatal', ...named(value - ENDS.length));
    }
  }

  /** An order to be told: not again after the module failed, and of what was held back only the newest. */
  news(order, text) {
    if (text === this.told) return;
    this.told = text;
    if (this.thawing) this.newest = order;
    else this.report.order(order);
  }

  /** Begins anew with a fresh machine, which is told what is known; what the old one had under way is let go. */
  revive() {
    this.closeStream();
    this.abort();
    this.timer();
    this.queue.length = 0;
    if (this.closing) return this.end('closed');
    if (this.revivals++ >= MAX_REVIVALS) return this.end('fatal', 'internal');
    try {
      this.create();
    } catch {
      return this.revive();
    }
    this.begin();
    if (this.told) this.tell(KNOWN, 0, 0, 0, this.told);
  }

  end(...why) {
    this.report.end(...why);
    this.ended = true;
    this.queue.length = 0;
    this.listen('removeEventListener');
    this.of('clearTimeout')(this.thaw);
  }

  // What the machine asks for

  openStream(serial) {
    let url = this.request.streamUrl;
    // A new EventSource knows nothing of the last one's id, so it travels in the address.
    if (this.lastEventId) url += `?lastEventId=${encodeURIComponent(this.lastEventId)}`;
    try {
      this.source = new (this.of('EventSource'))(url);
    } catch {
      this.tell(REFUSED, serial);
      return;
    }
    const source = this.source;
    this.named = false;
    this.hear = (event) => this.hearStream(serial, source, event);
    for (const type in STREAM_EVENTS) source.addEventListener(type, this.hear);
  }

  closeStream() {
    const { source, hear } = this;
    if (!source) return;
    this.source = this.hear = undefined;
    for (const type in STREAM_EVENTS) source.removeEventListener(type, hear);
    // WebKit brings a source to life again that was closed as the page was left, and nobody would hear it.
    source.onerror = source.close;
    source.close();
  }

  async fetch(serial) {
    const Controller = this.of('AbortController');
    this.controller = Controller && new Controller();
    this.flight = serial;
    // A finished order holds codes: no cache is to keep them.
    const init = { headers: { ...this.request.headers, Accept: 'application/json' }, cache: 'no-store', signal: this.controller?.signal };
    const ask = () => this.of('fetch')(this.request.url, init);
    try {
      let response = await ask();
      // A session may have run out while the shopper was in the wallet: it may be renewed, once until an answer is another.
      if (response.status === 401 && this.renewal !== false) {
        this.tell(HELD, serial, SIGN_IN);
        const renewed = await (this.renewal ??= this.report.unauthorized());
        this.renewal = false;
        // Unless it was given up meanwhile.
        if (renewed && this.flight === serial) {
          this.tell(HELD, serial, this.settings.numbers[REQUEST_TIMEOUT]);
          response = await ask();
        }
      }
      const { status, headers } = response;
      const text = await response.text();
      if (status !== 401) this.renewal ||= undefined;
      this.heardAt = this.now();
      const wait = Math.min(this.report.waitAsked({ body: text, status, headers }, this.heardAt), 2 ** 31);
      this.tell(ANSWER, serial, status, wait, text);
    } catch {
      this.tell(FAILED, serial);
    }
  }

  abort() {
    this.flight = 0;
    this.controller?.abort();
  }

  /** The one timer; without a time, none. */
  timer(after) {
    this.of('clearTimeout')(this.alarm);
    if (after) this.alarm = this.of('setTimeout')(() => this.tell(TIMER), after);
  }

  // What is heard

  hearStream(serial, source, event) {
    const { type, data, lastEventId: id } = event;
    const spoken = data !== undefined;
    if (type !== 'error' || spoken) this.heardAt = this.now();
    if (type === 'message' && this.thaw && !this.settings.everyState) {
      this.burst.push([serial, source, event]);
      return;
    }
    this.flush();
    if (type === 'message') {
      // An empty one is a reset, but from a new source that has named none yet: it knows nothing of what came before.
      if (id?.length <= MAX_EVENT_ID && (id || this.named)) {
        this.lastEventId = id;
        this.named = true;
      }
      this.tell(MESSAGE, serial, 0, 0, String(data));
    } else if (type === 'config') this.tell(CONFIG, serial, heartbeatOf(data));
    // A server may name events of its own "open" and "error"; those carry data and say nothing of the connection.
    else if (!spoken || type === 'stop' || type === 'ping') this.tell(type === 'error' && source.readyState === 2 ? REFUSED : STREAM_EVENTS[type], serial);
  }

  hearPage = (event) => {
    if (event.type === 'securitypolicyviolation') {
      if (this.forbids(event)) this.tell(BLOCKED);
      return;
    }
    if (event.type === 'resume') this.thaw ??= this.of('setTimeout')(() => this.flush(), THAW);
    if (event.type in PAGE_EVENTS) this.tell(PAGE_EVENTS[event.type]);
    else this.tell(this.isHidden() ? HIDDEN : SHOWN);
  };

  /** Ends the thaw: the machine judges all that was held back, and the newest it believes is told. */
  flush() {
    if (!this.thaw) return;
    this.of('clearTimeout')(this.thaw);
    this.thaw = undefined;
    this.thawing = true;
    for (const [serial, source, event] of this.burst.splice(0)) if (this.source === source) this.hearStream(serial, source, event);
    this.thawing = false;
    const { newest } = this;
    this.newest = undefined;
    if (newest) this.report.order(newest);
  }

  /** Whether it is this watch's connection that the page's policy has just refused. */
  forbids({ effectiveDirective, disposition, blockedURI }) {
    if (effectiveDirective !== 'connect-src' || disposition !== 'enforce') return false;
    const [blocked] = String(blockedURI).split(/[?#]/);
    return [this.request.url, this.request.streamUrl].some((url) => {
      const { origin, pathname } = new URL(url, this.of('document').baseURI ?? blocked);
      // Of another site's address, some engines tell no more than the origin. Once the server was heard, that was another's.
      return blocked === origin + pathname || (blocked === origin && this.heardAt === undefined);
    });
  }

  isHidden() {
    return this.of('document')?.visibilityState === 'hidden';
  }

  listen(method) {
    const page = 'window' in this.env ? this.env.window : globalThis;
    for (const type in PAGE_EVENTS) page?.[method]?.(type, this.hearPage);
    for (const type of DOCUMENT_EVENTS) this.of('document')?.[method]?.(type, this.hearPage);
  }
}

/** A fault's number as its name, and the HTTP status if that is what it is. */
const named = (fault) => (fault >= 100 ? ['status', fault] : fault ? [FAULTS[fault]] : []);

/** The heartbeat a `config` event announces, in milliseconds; 0 for none. */
function heartbeatOf(data) {
  try {
    return Math.max(JSON.parse(data).heartbeatMs | 0, 0);
  } catch {
    return 0;
  }
}
