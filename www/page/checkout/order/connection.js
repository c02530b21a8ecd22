// How the page is kept up to date, in words.

/** Words that are asked for again while a countdown runs. @param {any} t @param {any} now the watch's state @returns {() => { kind: string, text: string }} */
export function connectionWords(t, now) {
  const c = t.connection;
  const secondsTo = (time) => Math.max(0, Math.ceil((time - Date.now()) / 1000));
  const due = now.nextRetryAt;
  if (now.status !== 'ended' && navigator.onLine === false) return () => ({ kind: 'retry', text: c.offline });
  switch (now.status) {
    case 'live': return () => ({ kind: 'live', text: c.live });
    case 'polling': {
      const every = due ? Math.max(1, secondsTo(due)) : 0;
      return () => ({ kind: 'poll', text: every ? c.checkingEvery(every) : c.checking });
    }
    case 'backoff': return () => ({ kind: 'retry', text: due && secondsTo(due) ? c.reconnectingIn(secondsTo(due)) : c.reconnecting });
    case 'paused': return () => ({ kind: 'poll', text: c.paused });
    case 'ended': return () => ({ kind: 'ended', text: c.ended });
    default: return () => ({ kind: 'poll', text: c.connecting });
  }
}
