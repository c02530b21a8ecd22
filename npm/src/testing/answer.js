// An answer to a fetch, for environments without a Response, such as jsdom.

export class Answer {
  #text;

  constructor(body, { status = 200, headers = {} } = {}) {
    this.#text = typeof body === 'string' ? body : JSON.stringify(body);
    this.status = status;
    this.ok = status >= 200 && status < 300;
    const named = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
    this.headers = { get: (name) => named[name.toLowerCase()] ?? null, has: (name) => name.toLowerCase() in named };
  }

  async text() {
    return this.#text;
  }

  async json() {
    return JSON.parse(this.#text);
  }

  async arrayBuffer() {
    return new TextEncoder().encode(this.#text).buffer;
  }
}
