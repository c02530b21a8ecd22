// How many streams one session may hold open. A new one takes the place of the oldest: that may be one whose browser is
// long gone without a word, and a shopper who comes back must not be refused because of it.

/** @param {number} most 0 for any number */
export function createStreamLimit(most) {
  /** Oldest first. @type {Map<string, Set<AbortController>>} */
  const sessions = new Map();
  return {
    /**
     * @param {string} session
     * @returns {{ signal: AbortSignal, release: () => void }} the signal fires when a newer stream takes its place
     */
    take(session) {
      const place = new AbortController();
      const places = sessions.get(session) ?? new Set();
      sessions.set(session, places.add(place));
      const release = () => {
        places.delete(place);
        if (places.size === 0 && sessions.get(session) === places) sessions.delete(session);
      };
      if (most > 0 && places.size > most) {
        const [oldest] = places;
        places.delete(oldest);
        oldest.abort();
      }
      return { signal: place.signal, release };
    },
    get sessions() {
      return sessions.size;
    },
  };
}
