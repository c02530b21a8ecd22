// One connection for all tabs of a browser that watch the same order: `share: acrossTabs()`.
//
// A Web Lock says who leads; the leader alone is connected and tells the others over a BroadcastChannel, in memory
// only. A tab that is to be seen leads rather than one that is hidden. Where locks or channels are missing, or
// refuse, each tab has a connection of its own, and nobody needs to know.

/** How often a tab that is to be seen makes sure of its leader, */
const CHECK = 10_000;
/** and how long that one may take to answer: a frozen tab keeps its lock and says nothing. */
const PATIENCE = 3000;
/** A tab that had to take the lead by force so often, and heard of no leader since, is in an environment that does not carry messages. */
const MOST_STEALS = 2;

/** What the leader passes on of its own connection's reports. */
const PASSED_ON = ['order', 'invalid', 'state', 'error', 'end'];
/** Ends that are this tab's own, and not the order's. */
const OWN_FAULTS = ['internal', 'blocked', 'unsupported'];

/** For `watchOrder`'s `share`: all tabs that watch an order with the same settings have one connection. */
export function acrossTabs() {
  return { connect: (about) => new SharedDriver(about) };
}

class SharedDriver {
  constructor({ name, connect, report, env = {} }) {
    this.name = name;
    this.connect = connect;
    this.report = report;
    this.env = env;
    /** How often the leader was heard, and the lead taken by force since. */
    this.heard = this.steals = 0;
  }

  of(name) {
    return name in this.env ? this.env[name] : globalThis[name];
  }

  get heardAt() {
    return this.driver?.heardAt ?? this.leaderHeardAt;
  }

  start() {
    this.take('state', ['connecting', 0, undefined]);
    this.page = 'window' in this.env ? this.env.window : globalThis;
    this.listen('addEventListener');
    this.join();
  }

  refresh() {
    if (this.driver) this.driver.refresh();
    else this.post('refresh');
  }

  close() {
    if (!this.over) this.finish('closed');
  }

  // In and out

  join() {
    this.locks = this.of('navigator')?.locks;
    const Channel = this.of('BroadcastChannel');
    try {
      if (!this.locks) throw new Error('no locks here');
      this.channel = new Channel(this.name);
    } catch {
      return this.goAlone();
    }
    this.channel.onmessage = ({ data: [what, from, ...details] }) => this.hear(what, from, details);
    this.post('hello');
    if (!this.isHidden()) this.post('visible');
    this.queue();
    this.watchLeader();
  }

  /** Lets go of lock, channel, connection and timer. */
  leave() {
    this.stepDown();
    this.waiting?.abort();
    if (this.channel) this.channel.onmessage = null;
    this.channel?.close();
    this.waiting = this.channel = this.leader = undefined;
    this.watchLeader();
  }

  /** A connection of its own, for good. */
  goAlone() {
    if (this.over || this.alone) return;
    this.leave();
    this.alone = true;
    this.lead();
  }

  finish(...why) {
    this.over = true;
    this.leave();
    this.listen('removeEventListener');
    this.report.end(...why);
  }

  post(what, ...details) {
    this.channel?.postMessage([what, this.term, ...details]);
  }

  // The lead

  /** Asks to lead, when nobody else does. */
  queue(options) {
    const Controller = this.of('AbortController');
    const waiting = new Controller();
    this.waiting = waiting;
    const led = () => {
      if (this.over || this.waiting !== waiting) return undefined;
      this.waiting = undefined;
      return new Promise((resolve) => {
        this.release = resolve;
        this.leadOthers();
      });
    };
    let asked;
    try {
      asked = this.locks.request(this.name, options ?? { signal: waiting.signal }, led);
    } catch (error) {
      asked = Promise.reject(error);
    }
    asked.catch((error) => {
      if (waiting.signal.aborted || this.over || this.alone) return;
      if (this.waiting === waiting && error?.name !== 'AbortError') return this.goAlone();
      // The lock was taken from this tab while it was frozen, or while it waited for it.
      this.stepDown();
      this.queue();
      this.watchLeader();
    });
  }

  leadOthers() {
    this.term = `${this.of('Math').random()}`;
    this.leader = this.term;
    this.post('lead');
    this.lead();
    if (this.isHidden()) this.post('hidden');
  }

  lead() {
    const passOn = Object.fromEntries(PASSED_ON.map((what) => [what, (...details) => this.passOn(what, details)]));
    this.driver = this.connect({ ...this.report, ...passOn });
    this.watchLeader();
    this.driver.start();
    if (this.over || !this.known) return;
    this.driver.know(this.known);
    if (!this.over) this.driver.refresh();
  }

  /** The leader's own connection says something: to this tab's watches, and to the others. */
  passOn(what, details) {
    // What only this tab cannot do, the next may; the others know by themselves how an end looks.
    const isOwn = what === 'end' ? OWN_FAULTS.includes(details[1]) : what === 'state' && details[0] === 'ended';
    if (!isOwn) this.post(what, this.driver?.heardAt, details);
    if (what === 'end') this.finish(...details);
    else this.take(what, details);
  }

  stepDown() {
    const { driver, release } = this;
    this.driver = this.release = this.term = undefined;
    if (driver) {
      // What it says from here on is nobody's business.
      const mute = Object.fromEntries(PASSED_ON.map((what) => [what, () => {}]));
      driver.report = { ...driver.report, ...mute };
      driver.close();
    }
    release?.();
  }

  /** Hands the lead to a tab that is to be seen. */
  yield() {
    this.stepDown();
    this.queue();
    this.watchLeader();
  }

  // What is heard

  hear(what, from, details) {
    const leading = this.driver !== undefined;
    if (what === 'hello') {
      if (leading) this.introduce();
    } else if (what === 'visible') {
      if (leading && this.isHidden()) this.yield();
    } else if (what === 'ask') {
      if (leading) this.post('here', this.driver.heardAt);
    } else if (what === 'refresh') {
      if (leading) this.driver.refresh();
    } else if (what === 'hidden') {
      if (!this.isHidden()) this.post('visible');
    } else if (what === 'lead') {
      this.leader = from;
      this.hearLeader();
      // Two lead while one of them finds out that the lock was taken from it.
      if (leading) this.yield();
    } else if (!leading && (this.leader ??= from) === from) {
      this.hearLeader();
      this.leaderHeardAt = details[0] ?? this.leaderHeardAt;
      if (what === 'end') this.finish(...details[1]);
      else if (what !== 'here') this.take(what, details[1]);
    }
  }

  hearLeader() {
    this.heard++;
    this.steals = 0;
  }

  /** Tells those who came later what they missed. */
  introduce() {
    this.post('lead');
    if (this.known) this.post('order', this.driver.heardAt, [this.known]);
    if (this.stand) this.post('state', this.driver.heardAt, this.stand);
  }

  /** Tells this tab's watches, unless they know it, or know better. */
  take(what, details) {
    if (what === 'order') {
      const [order] = details;
      if (this.known && (order.updated_at < this.known.updated_at || JSON.stringify(order) === JSON.stringify(this.known))) return;
      this.known = order;
    } else if (what === 'state') {
      if (JSON.stringify(this.stand) === JSON.stringify(details)) return;
      this.stand = details;
    }
    this.report[what](...details);
  }

  // The leader and the page

  /** While this tab is to be seen and another leads, makes sure now and then that it still does. */
  watchLeader(after = CHECK) {
    this.of('clearTimeout')(this.timer);
    this.timer = undefined;
    if (this.over || this.driver || !this.channel || this.isHidden()) return;
    const later = (run, ms) => {
      this.timer = this.of('setTimeout')(() => this.driver || run(), ms);
    };
    later(() => {
      const { heard } = this;
      this.post('ask');
      later(() => (this.heard === heard ? this.takeOver() : this.watchLeader()), PATIENCE);
    }, after);
  }

  takeOver() {
    if (this.steals++ >= MOST_STEALS) return this.goAlone();
    this.waiting?.abort();
    this.queue({ steal: true });
    this.watchLeader();
  }

  hearPage = ({ type }) => {
    if (this.alone || this.over) return;
    if (type === 'pagehide') this.leave();
    else if (type === 'pageshow') {
      if (!this.channel) this.join();
    } else if (this.isHidden()) {
      if (this.driver) this.post('hidden');
      this.watchLeader();
    } else {
      this.post('visible');
      this.watchLeader(0);
    }
  };

  isHidden() {
    return this.of('document')?.visibilityState === 'hidden';
  }

  listen(method) {
    for (const type of ['pagehide', 'pageshow']) this.page?.[method]?.(type, this.hearPage);
    this.of('document')?.[method]?.('visibilitychange', this.hearPage);
  }
}
