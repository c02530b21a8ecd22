// Follows the bytes of an event stream just far enough to know where something may be put in between.

const LF = 10;
const CR = 13;
const COLON = 58;
const BOM = [0xef, 0xbb, 0xbf];

/** Watches one stream's bytes go by. */
export class Framing {
  #lineEmpty = true;
  #eventEmpty = true;
  #afterCr = false;
  /** The line that is under way began with a colon. */
  #comment = false;
  #sawField = false;
  /** How many bytes of a byte order mark have been seen at the start; 3 once that is settled. */
  #bom = 0;

  /** A whole event may be inserted: none of the upstream's is half way through. */
  get atEventBoundary() {
    return this.#lineEmpty && this.#eventEmpty;
  }

  /** A comment may be inserted. Not after a CR: its LF may be on the way, and would become an empty line. */
  get atLineBoundary() {
    return this.#lineEmpty && !this.#afterCr;
  }

  /** Whether the last chunk held more than comments and empty lines, which a page never gets to see. */
  get sawField() {
    return this.#sawField;
  }

  /**
   * Takes a chunk and gives back what to pass on: the same bytes without a byte order mark at the start (it would no
   * longer stand at the start of ours) and without NUL (an id holding one makes Firefox lose the message).
   * @param {Uint8Array} chunk
   */
  push(chunk) {
    let from = 0;
    while (this.#bom < 3 && from < chunk.length) {
      if (chunk[from] === BOM[this.#bom]) {
        this.#bom += 1;
        from += 1;
      } else {
        const held = BOM.slice(0, this.#bom);
        this.#bom = 3;
        if (held.length) chunk = Uint8Array.from([...held, ...chunk.subarray(from)]);
        if (held.length) from = 0;
      }
    }
    if (from > 0) chunk = chunk.subarray(from);
    if (chunk.includes(0)) chunk = chunk.filter((byte) => byte !== 0);
    this.#follow(chunk);
    return chunk;
  }

  /** From line end to line end: most of an event is one long line, and searching it is the engine's own. */
  #follow(chunk) {
    this.#sawField = false;
    let at = 0;
    let lf = chunk.indexOf(LF);
    let cr = chunk.indexOf(CR);
    while (at < chunk.length) {
      if (lf !== -1 && lf < at) lf = chunk.indexOf(LF, at);
      if (cr !== -1 && cr < at) cr = chunk.indexOf(CR, at);
      const end = lf === -1 ? cr : cr === -1 ? lf : Math.min(lf, cr);
      if (end !== at) this.#content(chunk[at]);
      if (end === -1) return;
      this.#lineEnd(chunk[end]);
      at = end + 1;
    }
  }

  /** @param {number} first the first byte of what was found before a line's end */
  #content(first) {
    if (this.#lineEmpty) this.#comment = first === COLON;
    this.#lineEmpty = false;
    this.#afterCr = false;
    if (this.#comment) return;
    this.#eventEmpty = false;
    this.#sawField = true;
  }

  #lineEnd(byte) {
    const secondHalf = byte === LF && this.#afterCr;
    this.#afterCr = byte === CR;
    if (secondHalf) return;
    // An empty line ends an event; any other leaves it as it is.
    if (this.#lineEmpty) this.#eventEmpty = true;
    this.#lineEmpty = true;
  }
}
