// Asks axe-core what stands against WCAG 2.2 AA on a page, shadow roots included.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

/** axe-core itself, to be run in the page before the question. */
export const axeSource = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const OPTIONS = { runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }, resultTypes: ['violations'] };

/** An expression in the page: a promise of a line for each kind of violation, `[]` when there is none. */
export const AXE_QUESTION = `window.axe.run(document, ${JSON.stringify(OPTIONS)}).then(({ violations }) => violations.map(
  ({ id, nodes }) => id + ' at ' + nodes.length + ': ' + nodes.slice(0, 4).map(({ target, failureSummary }) => target.flat().join(' ') + ' (' + failureSummary.split('\\n')[1]?.trim() + ')').join('; ')))`;

/** @param {import('playwright-core').Page} page @returns {Promise<string[]>} */
export async function violations(page) {
  await page.evaluate(`${axeSource}; undefined`);
  return /** @type {Promise<string[]>} */ (page.evaluate(AXE_QUESTION));
}
