// Medians and ratios, and how they are written.

/** @param {number[]} numbers */
export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The median, the lowest and the highest. @param {number[]} numbers */
export const summary = (numbers) => ({ median: median(numbers), low: Math.min(...numbers), high: Math.max(...numbers) });

/** A time of that many nanoseconds, in the unit that reads best. */
export function time(nanoseconds) {
  const [value, unit] = nanoseconds < 1e3 ? [nanoseconds, 'ns'] : nanoseconds < 1e6 ? [nanoseconds / 1e3, 'µs'] : [nanoseconds / 1e6, 'ms'];
  return `${value.toPrecision(value < 1000 ? 3 : 4)} ${unit}`;
}

/** How many times as much, as `1.23 ×`. */
export const ratio = (value, of) => `${(value / of).toFixed(2)} ×`;

/** Bytes as kB of 1000, as the packages' own pages give them. */
export const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;

/** Rows of cells as a Markdown table; all columns but the first are numbers. */
export function markdown(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, at) => (at === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n');
}
