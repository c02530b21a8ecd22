// The packed package in its users' own tests: Jest with jsdom, both as ESM and turned into CommonJS, and vitest.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { run, workshop } from './support/workshop.js';

/** Runs a project's own tests; what the runner says of how many passed. */
async function runner(name, tool, args, env) {
  const shop = await workshop();
  const cwd = await shop.project(name);
  const { stdout, stderr } = await run(process.execPath, [...(env?.node ?? []), await shop.tool(tool), ...args], { cwd });
  return stdout + stderr;
}

test('Jest, jsdom, as ESM', async () => {
  const said = await runner('jest', 'jest', ['--ci', '--no-watchman'], { node: ['--experimental-vm-modules', '--no-warnings'] });
  assert.match(said, /Tests: +3 passed, 3 total/u);
});

test('Jest, jsdom, as CommonJS', async () => {
  const said = await runner('jest', 'jest', ['--ci', '--no-watchman', '--config=jest.commonjs.config.js']);
  assert.match(said, /Tests: +3 passed, 3 total/u);
});

test('vitest, jsdom, React: the hook in a component', async () => {
  const said = await runner('vitest', 'vitest', ['run']);
  assert.match(said, /Tests +10 passed \(10\)/u);
});
