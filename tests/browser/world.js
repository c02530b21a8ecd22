// A world of the test's own for the watch's driver: an EventSource, a fetch, a page and a clock that do what they are told.

class Target {
  constructor(world) {
    this.world = world;
    this.listeners = [];
  }

  addEventListener(type, run) {
    this.listeners.push([type, run]);
    this.world.live++;
  }

  removeEventListener(type, run) {
    const at = this.listeners.findIndex(([otherType, other]) => otherType === type && other === run);
    if (at < 0) return;
    this.listeners.splice(at, 1);
    this.world.live--;
  }

  emit(type, extra = {}) {
    for (const [otherType, run] of [...this.listeners]) if (otherType === type) run({ type, target: this, ...extra });
  }
}

const BEGIN = 1_000_000;

export class World {
  constructor() {
    this.time = BEGIN;
    this.timers = [];
    this.live = 0;
    this.sources = [];
    this.requests = [];
    this.log = [];
    this.openedAt = [];
    this.asked = {};
    const world = this;
    this.page = new Target(this);
    this.document = new Target(this);
    this.document.visibilityState = 'visible';
    this.env = {
      Date: { now: () => world.time },
      Math: { random: () => 0.5 },
      setTimeout: (run, ms) => {
        const timer = { run, at: world.time + ms };
        world.timers.push(timer);
        return timer;
      },
      clearTimeout: (timer) => {
        world.timers = world.timers.filter((other) => other !== timer);
      },
      window: this.page,
      document: this.document,
      EventSource: class extends Target {
        constructor(url) {
          super(world);
          this.url = url;
          this.readyState = 0;
          world.sources.push(this);
          world.openedAt.push(world.time - BEGIN);
          if (world.openSources() > 1) throw new Error('two sources at once');
        }

        close() {
          this.readyState = 2;
          this.closed = true;
        }
      },
      fetch: (url, init) =>
        new Promise((resolve, reject) => {
          world.requests.push({ url, init, resolve, reject });
          init.signal?.addEventListener('abort', () => reject(new Error('aborted')));
        }),
    };
    const say = (name) => (...details) => {
      const words = details.filter((detail) => detail !== null && detail !== undefined);
      world.log.push([name, ...words.map((word) => (typeof word === 'object' ? JSON.stringify(word) : word))].join(' '));
      world.asked[name]?.();
    };
    this.report = Object.fromEntries(['order', 'invalid', 'state', 'error', 'end'].map((name) => [name, say(name)]));
    this.report.unauthorized = async () => false;
    this.report.waitAsked = ({ headers }) => Number(headers.get('retry-after')) * 1000;
  }

  /** The module's exports, as the driver asks for them. */
  machine(exports) {
    return () => exports;
  }

  getEnv() {
    return this.env;
  }

  getReport() {
    return this.report;
  }

  /** Takes something away from the world, as in Node or in a worker. */
  without(name) {
    this.env[name] = undefined;
  }

  /** Runs something whenever the driver reports. */
  on(name, run) {
    this.asked[name] = run;
  }

  openSources() {
    return this.sources.filter((source) => !source.closed).length;
  }

  count() {
    return this.sources.length;
  }

  opened() {
    return this.openedAt.join(' ');
  }

  url() {
    return this.sources.at(-1).url;
  }

  open() {
    this.sources.at(-1).readyState = 1;
    this.sources.at(-1).emit('open');
  }

  message(type, data, id) {
    this.sources.at(-1).emit(type, { data, lastEventId: id ?? '' });
  }

  fail(closed) {
    this.sources.at(-1).readyState = closed ? 2 : 0;
    this.sources.at(-1).emit('error');
  }

  /** What the stream before the present one has to say. */
  late(type, data) {
    this.sources.at(-2).emit(type, { data });
  }

  pageEvent(type) {
    this.page.emit(type);
  }

  setVisible(yes) {
    this.document.visibilityState = yes ? 'visible' : 'hidden';
    this.document.emit('visibilitychange');
  }

  asks() {
    return this.requests.length;
  }

  requested() {
    const { url, init } = this.requests.at(-1);
    return `${url} ${init.headers.Accept} ${init.cache}`;
  }

  /** `given` is `Retry-After`, or headers by name. */
  async answer(status, body, given) {
    const all = typeof given === 'object' ? given : { 'retry-after': given };
    const headers = { get: (name) => all?.[name] ?? null };
    this.requests.at(-1).resolve({ status, headers, text: async () => body });
    await this.turns();
  }

  async breakRequest() {
    this.requests.at(-1).reject(new TypeError('no route'));
    await this.turns();
  }

  /** Lets promises settle. */
  async turns() {
    for (let turn = 0; turn < 10; turn++) await null;
  }

  advance(ms) {
    const until = this.time + ms;
    for (;;) {
      const [next] = this.timers.filter((timer) => timer.at <= until).sort((a, b) => a.at - b.at);
      if (!next) break;
      this.time = Math.max(this.time, next.at);
      this.timers = this.timers.filter((timer) => timer !== next);
      next.run();
    }
    this.time = until;
  }

  /** When the one timer is due; negative if there is not exactly one. */
  wake() {
    return this.timers.length === 1 ? this.timers[0].at - this.time : -1 - this.timers.length;
  }

  heard() {
    const log = this.log.join('\n');
    this.log = [];
    return log;
  }

  left() {
    return `${this.live} listeners, ${this.timers.length} timers, ${this.openSources()} sources`;
  }
}
