// Runs benchmarks: node bench/main.mjs [NAME…] [--json] [--rounds N] [--write]
//
// Each is a file bench/NAME.mjs with `title`, `async run({ rounds, log })`, which gives a plain object, and
// `table(result)`, which writes it as Markdown. Without names all there are run. `--write` keeps the results in
// bench/results.json and writes the README's tables from it. Words go to stderr, results to stdout.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { describeMachine } from './support/machine.mjs';
import { withTables } from './support/readme.mjs';

const NAMES = ['size', 'load', 'message', 'catalogue', 'memory', 'watch', 'bff', 'page'];
const RESULTS = new URL('results.json', import.meta.url);
const READMES = ['README.md', 'README.ja.md'].map((name) => new URL(`../${name}`, import.meta.url));

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean' }, rounds: { type: 'string' }, write: { type: 'boolean' } },
});

const fileOf = (name) => new URL(`${name}.mjs`, import.meta.url);
const known = NAMES.filter((name) => existsSync(fileOf(name)));
const unknown = positionals.find((name) => !known.includes(name));
const rounds = options.rounds === undefined ? undefined : Number(options.rounds);
if (unknown || (rounds !== undefined && !(Number.isInteger(rounds) && rounds > 0))) {
  console.error(unknown ? `There is no benchmark \`${unknown}\`; there are ${known.join(', ')}.` : '--rounds takes a number above 0.');
  process.exit(2);
}

const log = (text) => console.error(text);
const kept = existsSync(RESULTS) ? JSON.parse(readFileSync(RESULTS, 'utf8')) : {};
const machine = await describeMachine();
const results = {};
for (const name of positionals.length > 0 ? positionals : known) {
  const bench = await import(fileOf(name).href);
  log(`── ${name}: ${bench.title}`);
  const started = performance.now();
  const result = await bench.run({ rounds, log });
  log(`   ${((performance.now() - started) / 1000).toFixed(0)} s`);
  results[name] = { machine, result };
  if (!options.json) console.log(`\n### ${bench.title}\n\n${bench.table(result)}`);
}

if (options.json) console.log(JSON.stringify({ machine, results: Object.fromEntries(Object.entries(results).map(([name, { result }]) => [name, result])) }, null, 2));
if (options.write) {
  const all = Object.fromEntries(NAMES.map((name) => [name, results[name] ?? kept[name]]).filter(([, result]) => result));
  writeFileSync(RESULTS, `${JSON.stringify(all, null, 2)}\n`);
  for (const readme of READMES) writeFileSync(readme, await withTables(readFileSync(readme, 'utf8'), all));
  log('bench/results.json and the tables of the READMEs are written');
}
