// Code of docs/bff.md as a file, in a folder from where it finds the packages it imports.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeSnippet } from '../consumers/support/snippets.js';

/** @param {import('node:test').TestContext} t @param {string} name */
export async function snippetFile(t, name) {
  const folder = mkdtempSync(fileURLToPath(new URL('../node_modules/.snippet-', import.meta.url)));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  await writeSnippet(name, folder);
  return join(folder, name);
}
