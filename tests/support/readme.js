// The code of the READMEs, block by block, for the tests that run it.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

/** What each block is, in their order; the tests that run them ask for them by these names. `cargo xtask test` is what runs them. */
const BLOCKS = [
  ['install', /^npm install/],
  ['dozen lines', /^import \{ createClient, draftValue/],
  ['no server', /^import \{ createTestShop \}/],
  ['policy', /^Content-Security-Policy:/],
  ['server', /^\/\/ Next\.js: app\/api/],
  ['commands', /^cargo xtask demo/],
  ['react', /^import \{ orderStage \}/],
  ['testing', /^import \{ expect, test \} from 'vitest'/],
  ['search', /^const catalog = /],
];

/** The README in English, and the one in Japanese. */
export const READMES = ['README.md', 'README.ja.md'];

/**
 * The blocks of a README by name: no more than those that are known here, and each in its place.
 * @param {string} readme
 * @returns {Record<string, string>}
 */
export function blocksOf(readme) {
  const text = readFileSync(new URL(`../../${readme}`, import.meta.url), 'utf8');
  const found = Array.from(text.matchAll(/^```\w*\n([^]*?)^```$/gm), ([, code]) => code);
  assert.equal(found.length, BLOCKS.length, `${readme} has blocks that no test runs, or lacks some`);
  return Object.fromEntries(BLOCKS.map(([name, begin], at) => {
    assert.match(found[at], begin, `${readme}: block ${at + 1} should be "${name}"`);
    return [name, found[at]];
  }));
}
