// What a page downloads: the package's entries, and what would be used instead.

import { readFileSync } from 'node:fs';
import { bundle, sizes } from './support/bundle.mjs';
import { writePeers } from './support/peers.mjs';
import { kilobytes, markdown, ratio } from './support/statistics.mjs';

export const title = 'Bytes: the package and what would be used instead';

const OURS = {
  '.': "export * from 'cryptorefills-checkout';",
  './slim': "export * from 'cryptorefills-checkout/slim';",
};
const THEIRS = {
  'zod, order': "export { order } from './.peers/zod.mjs';",
  'zod/mini, order': "export { order } from './.peers/zod-mini.mjs';",
  'valibot, order': "export { order } from './.peers/valibot.mjs';",
  'comfortable stack': "export * from './stacks/comfortable.mjs';",
  'lean stack': "export * from './stacks/lean.mjs';",
};

export async function run() {
  await writePeers();
  const result = { ours: {}, theirs: {} };
  for (const [name, source] of Object.entries(OURS)) result.ours[name] = sizes(await bundle(source));
  const wasm = sizes(readFileSync(new URL('node_modules/cryptorefills-checkout/sdk.wasm', import.meta.url)));
  result.ours['sdk.wasm, which ./slim loads'] = wasm;
  for (const [name, source] of Object.entries(THEIRS)) result.theirs[name] = sizes(await bundle(source, { external: ['react'] }));
  result.ratios = {
    'gzip of . to zod alone': result.ours['.'].gzip / result.theirs['zod, order'].gzip,
    'gzip of . to the comfortable stack': result.ours['.'].gzip / result.theirs['comfortable stack'].gzip,
    'gzip of . to the lean stack': result.ours['.'].gzip / result.theirs['lean stack'].gzip,
  };
  return result;
}

export function table({ ours, theirs }) {
  const whole = ours['.'].gzip;
  const row = (bold) => ([name, { raw, gzip, brotli }]) => [
    bold ? `**\`${name}\`**` : name, kilobytes(raw), kilobytes(gzip), kilobytes(brotli), bold && name !== '.' ? '' : ratio(gzip, whole),
  ];
  return markdown(
    ['bundled by esbuild, minified', 'bytes', 'gzip', 'brotli', 'gzip, of `.`'],
    [...Object.entries(ours).map(row(true)), ...Object.entries(theirs).map(row(false))],
  );
}
