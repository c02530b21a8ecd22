// What each function and data segment of a wasm file with names weighs: node xtask/functions.mjs FILE [--json]

import { readFileSync } from 'node:fs';

const [file, flag] = process.argv.slice(2);
const bytes = readFileSync(file);
let at = 8;

/** An unsigned LEB128 number. */
function number() {
  let value = 0;
  for (let shift = 1; ; shift *= 128) {
    const byte = bytes[at++];
    value += (byte & 127) * shift;
    if (byte < 128) return value;
  }
}
function text() {
  const length = number();
  at += length;
  return bytes.toString('utf8', at - length, at);
}

let imports = 0;
const bodies = [];
const data = [];
const names = new Map();
while (at < bytes.length) {
  const section = bytes[at++];
  const size = number();
  const end = at + size;
  if (section === 2) {
    for (let left = number(); left > 0; left--) {
      text();
      text();
      const kind = bytes[at++];
      if (kind === 0) {
        imports++;
        number();
      } else if (kind === 1) {
        at++;
        limits();
      } else if (kind === 2) limits();
      else at += 2;
    }
  } else if (section === 10) {
    for (let left = number(); left > 0; left--) {
      const length = number();
      bodies.push(length);
      at += length;
    }
  } else if (section === 11) data.push(size);
  else if (section === 0 && text() === 'name') {
    while (at < end) {
      const kind = bytes[at++];
      const until = number() + at;
      if (kind === 1) for (let left = number(); left > 0; left--) names.set(number(), text());
      at = until;
    }
  }
  at = end;
}

function limits() {
  const flags = bytes[at++];
  number();
  if (flags & 1) number();
}

const rows = bodies.map((size, index) => ({ size, name: (names.get(index + imports) ?? `function ${index + imports}`).replace(/::h[0-9a-f]{16}$/u, '').replace(/\[[0-9a-f]{16}\]/gu, '') }));
for (const size of data) rows.push({ size, name: 'data: tables and texts' });
rows.sort((a, b) => b.size - a.size);

/** What part of the source a function belongs to. */
function part(name) {
  const found = /cryptorefills_checkout::(\w+(?:::\w+)?)/u.exec(name);
  if (found) return found[1].replace('::', '/').replace(/\/_?[A-Z{].*/u, '');
  if (name.startsWith('data')) return name;
  return /(talc|wasm_bindgen|alloc|core|std)\b/u.exec(name)?.[1] ?? 'other';
}
const parts = new Map();
for (const { name, size } of rows) parts.set(part(name), (parts.get(part(name)) ?? 0) + size);
const byPart = [...parts].map(([name, size]) => ({ name, size })).sort((a, b) => b.size - a.size);

if (flag === '--json') console.log(JSON.stringify({ parts: byPart, functions: rows }));
else {
  const lines = (list) => list.map(({ size, name }) => `${String(size).padStart(8)}  ${name}`).join('\n');
  console.log(`bytes, by part\n${lines(byPart)}\n\nthe largest functions\n${lines(rows.slice(0, 60))}`);
}
