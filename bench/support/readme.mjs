// The README's tables, written from the kept results between <!-- bench:NAME --> and <!-- /bench:NAME -->.

import { machineLine } from './machine.mjs';

/** The text with every table that has a result written anew. */
export async function withTables(text, results) {
  let written = text;
  for (const [name, { machine, result }] of Object.entries(results)) {
    const bench = await import(new URL(`../${name}.mjs`, import.meta.url).href);
    const [from, to] = [`<!-- bench:${name} -->`, `<!-- /bench:${name} -->`];
    const start = written.indexOf(from);
    const end = written.indexOf(to);
    if (start < 0 || end < start) continue;
    const about = `${machineLine(machine)} \`cargo xtask bench ${name}\` measures it again.`;
    written = `${written.slice(0, start + from.length)}\n${bench.table(result).trim()}\n\n${about}\n${written.slice(end)}`;
  }
  return written;
}
