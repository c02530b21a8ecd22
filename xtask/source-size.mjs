// How much there is to say: the crate's own source as gzip sees it, without tests, comments, documentation and white space, and with
// every name cut to one to three letters. A compiler that wasted nothing would still have to say it: node xtask/source-size.mjs

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** What is compiled for tests and for TypeScript alone. */
const NOT_IN_THE_WASM = /(?:^|\/)(?:tests?|testing|properties|scenarios|typescript)\.rs$/;

const files = readdirSync('src', { recursive: true }).filter((file) => file.endsWith('.rs') && !NOT_IN_THE_WASM.test(file));
const source = files.sort().map((file) => {
  const [text] = readFileSync(join('src', file), 'utf8').split('#[cfg(test)]\nmod tests');
  const bare = text.replace(/^\s*\/\/.*$/gm, '').replace(/#\[cfg\(not\(target_arch[^\]]*\][^\n]*\n[^\n]*\n/g, '');
  // Of a payload's table the wasm has no prose.
  return file.startsWith('schema') ? bare.replace(/, "[^"\n]*";/g, ';') : bare;
});

// Texts stay as they are.
const parts = source.join('\n').split(/(b?'(?:[^'\\]|\\.[^']*)'|"(?:[^"\\]|\\[^])*")/);
const KEPT = new Set('as const else enum false fn for if impl in let loop match mut pub ref return self Self static struct true type use where while'.split(' '));
const counts = new Map();
const names = /[A-Za-z_]\w*/g;
for (let at = 0; at < parts.length; at += 2) {
  for (const [name] of parts[at].matchAll(names)) if (!KEPT.has(name)) counts.set(name, (counts.get(name) ?? 0) + 1);
}
const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
const short = new Map([...counts].sort((a, b) => b[1] - a[1]).map(([name], at) => {
  let word = '';
  for (let rest = at + 1; rest > 0; rest = Math.floor((rest - 1) / 52)) word = letters[(rest - 1) % 52] + word;
  return [name, word];
}));
const written = parts.map((part, at) => (at % 2 ? part : part.replace(names, (name) => short.get(name) ?? name).replace(/\s+/g, ' ').replace(/ ?([^\w ]) ?/g, '$1'))).join('');

console.log(JSON.stringify({ files: files.length, names: short.size, bytes: written.length, gzip: gzipSync(written, { level: 9 }).length }));
