// Waits for what somebody else's code does, but not for ever.

/**
 * @template T
 * @param {{ setTimeout: Function, clearTimeout: Function }} timers
 * @param {number} ms
 * @param {() => T | Promise<T>} run
 * @returns {Promise<T>}
 */
export async function bounded(timers, ms, run) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = timers.setTimeout(() => reject(Object.assign(new Error('not in time'), { name: 'TimeoutError' })), ms);
  });
  try {
    return await Promise.race([(async () => run())(), late]);
  } finally {
    timers.clearTimeout(timer);
  }
}
