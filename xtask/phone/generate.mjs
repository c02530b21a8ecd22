// Writes src/beneficiary/phone_table.rs and the fixtures of its tests from libphonenumber's public metadata.
// The same input gives the same bytes. Run `npm ci`, then `npm run generate`; `npm run compare` says how far
// the result agrees with libphonenumber.

import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { begin, compile, read } from './pattern.mjs';
import { examples } from './examples.mjs';
import { randomNumbers } from './random.mjs';

const require = createRequire(import.meta.url);
const metadata = require('libphonenumber-js/metadata.max.json');
const { isPossiblePhoneNumber } = require('libphonenumber-js/max');
const { version } = require('libphonenumber-js/package.json');
const root = new URL('../../', import.meta.url);

// Where libphonenumber-js keeps things in its arrays.
const PATTERN = 2;
const LENGTHS = 3;
const TYPES = 11;

// How many digits decide between countries that share a calling code. As few as tell their mobile numbers
// apart: deeper, Norway and Svalbard alone would take 85 kB.
const DEPTH = { 1: 3, 7: 2, 39: 6, 44: 6, 47: 2, 61: 4, 212: 4, 262: 6, 290: 1, 358: 2, 590: 6, 599: 1 };

// Area codes are added in these countries several times a year: one that nobody has yet is not refused.
const GROWING = ['CA'];

/** @param {number[]} numbers */
const mask = (numbers) => numbers.reduce((sum, number) => sum | (1 << number), 0);
const hex = (number, width) => `0x${number.toString(16).padStart(width, '0')}`;

const DIGITS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
// Stands beside the first digits: a number that begins with 0 goes on with another.
const TWO_ZEROS = 10;

/** The digits a number begins with, and those that follow a 0 there. */
function firstDigits(pattern) {
  const automaton = compile(pattern);
  const start = begin(automaton);
  const next = (states) => DIGITS.filter((digit) => read(automaton, states, digit).size > 0);
  return [next(start), next(read(automaton, start, 0))];
}

const rows = [];
for (const [code, countries] of Object.entries(metadata.country_calling_codes)) {
  for (const country of countries) rows.push([country, code, metadata.countries[country]]);
}
for (const [code, data] of Object.entries(metadata.nonGeographic)) rows.push(['--', code, data]);
rows.sort((a, b) => Number(a[1]) - Number(b[1]));

// The examples come from a package of another date than the table: a range that only one of them still has
// stays allowed.
const known = examples();
const plans = rows.map(([country, code, data]) => {
  const own = known.filter((example) => example.country === country && example.number.startsWith(`+${code}`));
  const national = own.map((example) => example.number.slice(1 + code.length));
  const lengths = mask([...data[LENGTHS].filter((length) => length <= 15), ...national.map((digits) => digits.length)]);
  const [first, afterZero] = firstDigits(data[PATTERN]);
  const starts = new Set([...first, ...national.map((digits) => Number(digits[0]))]);
  const seconds = new Set([...afterZero, ...national.filter((digits) => digits[0] === '0').map((digits) => Number(digits[1]))]);
  if (seconds.size === 1 && seconds.has(0)) starts.add(TWO_ZEROS);
  return { country, code: Number(code), lengths, starts: mask([...starts]) };
});

/** A column of bytes, sixteen rows a line. */
function column(name, about, bytes) {
  const lines = [];
  for (let at = 0; at < bytes.length; at += 16) {
    lines.push(`    ${bytes.slice(at, at + 16).map((byte) => hex(byte, 2)).join(', ')},`);
  }
  return `/// ${about}\n#[rustfmt::skip]\npub(super) static ${name}: [u8; ${bytes.length}] = [\n${lines.join('\n')}\n];\n`;
}

const columns = [
  column('STEPS', 'How much greater the calling code is than the one before.', plans.map(({ code }, index) => code - (plans[index - 1]?.code ?? 0))),
  column('LENGTHS_LOW', 'Bit n: n digits may follow the calling code.', plans.map(({ lengths }) => lengths & 0xff)),
  column('LENGTHS_HIGH', 'Bit n: n + 8 digits may.', plans.map(({ lengths }) => lengths >> 8)),
  column('STARTS_LOW', 'Bit n: digit n may be the first of them.', plans.map(({ starts }) => starts & 0xff)),
  column('STARTS_HIGH', 'Bit n: digit n + 8 may; bit 2: after a first 0 comes another.', plans.map(({ starts }) => starts >> 8)),
].join('\n');

function share(code, countries) {
  const automata = countries.map((country) => {
    const patterns = metadata.countries[country][TYPES].filter(Boolean).map((type) => type[0]).filter(Boolean);
    return compile(patterns.map((pattern) => `(?:${pattern})`).join('|'));
  });
  const labels = [];
  const leaf = (owners) => {
    if (!labels.includes(owners)) labels.push(owners);
    return String.fromCharCode(65 + labels.indexOf(owners));
  };
  const node = (states, depth) => {
    const alive = countries.map((_, index) => index).filter((index) => states[index].size > 0);
    if (alive.length === 0) return '.';
    if (alive.length === 1 || depth === DEPTH[code]) return leaf(mask(alive));
    const next = (digit) => states.map((set, index) => read(automata[index], set, digit));
    const children = DIGITS.map((digit) => node(next(digit), depth + 1));
    const kinds = new Set(children.filter((child) => child !== '.'));
    const [only] = kinds;
    return kinds.size === 1 && only.length === 1 ? only : `(${children.join('')})`;
  };
  const tree = node(automata.map(begin), 0);
  const free = mask([0, ...GROWING.map((country) => countries.indexOf(country)).filter((index) => index > 0)]);
  return [
    '    Share {',
    `        code: ${code},`,
    `        free: ${hex(free, 1)},`,
    `        owners: &[${labels.map((label) => hex(label, 1)).join(', ')}],`,
    `        tree: b"${tree.replaceAll('\\', '\\\\')}",`,
    '    },',
  ].join('\n');
}

const shares = Object.entries(metadata.country_calling_codes)
  .filter(([, countries]) => countries.length > 1)
  .map(([code, countries]) => share(code, countries));

const source = `//! Calling codes, lengths and leading digits of the world's phone numbers.
//!
//! Written by \`xtask/phone/generate.mjs\` from the metadata of libphonenumber (Copyright the libphonenumber
//! authors, Apache License 2.0), as packaged by libphonenumber-js ${version}. Do not edit.
//!
//! One row for each country, by calling code; where countries share one, the main country comes first. Kept as
//! columns of bytes, because they compress to two thirds of what rows do.

use super::phone::Share;

/// Both letters of each country; -- for a calling code that belongs to none.
#[rustfmt::skip]
pub(super) static COUNTRIES: &[u8; ${2 * plans.length}] = b"\\
${plans.map(({ country }) => country).join('').replace(/.{96}/g, '$&\\\n')}\\
";

${columns}
/// Who owns which leading digits where countries share a calling code.
pub(super) static SHARES: [Share; ${shares.length}] = [
${shares.join('\n')}
];
`;
writeFileSync(new URL('src/beneficiary/phone_table.rs', root), source);

const note = (what) =>
  `# ${what}\n# From the metadata of libphonenumber (Apache License 2.0); written by xtask/phone/generate.mjs.\n`;

const lines = known.map(({ country, number, owners }) => `${country}\t${number}\t${owners.join(' ')}\n`);
writeFileSync(
  new URL('tests/fixtures/phone_examples.txt', root),
  note('Country (-- for none), example number, the countries sharing its calling code where it is valid.') +
    lines.join(''),
);

const sample = randomNumbers(5000, 1).map((number) => `${number}\t${isPossiblePhoneNumber(number) ? 1 : 0}\n`);
writeFileSync(
  new URL('tests/fixtures/phone_random.txt', root),
  note('Random number, and whether libphonenumber holds it to be possible.') + sample.join(''),
);

console.log(`${plans.length} plans, ${shares.length} shared calling codes, ${lines.length} examples -> ${fileURLToPath(root)}`);
