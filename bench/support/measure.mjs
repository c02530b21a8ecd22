// Times a call, inside the process or page that is measured.

/** Nanoseconds a call takes: the fastest of many batches, so that what else the machine does is left out. */
export function measure(call, { milliseconds = 400, least = 4 } = {}) {
  const now = () => performance.now();
  const batch = (size) => {
    const start = now();
    for (let left = size; left > 0; left--) call();
    return now() - start;
  };
  // Warm before the size of a batch is settled: compiled code is ten times as fast.
  for (const end = now() + milliseconds / 2; now() < end; ) batch(8);
  let size = 1;
  // Long enough for a coarse clock.
  while (batch(size) < least) size *= 2;
  let fastest = Infinity;
  for (const end = now() + milliseconds; now() < end || fastest === Infinity; ) fastest = Math.min(fastest, batch(size) / size);
  return fastest * 1e6;
}
