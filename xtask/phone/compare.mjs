// Says how far check_phone agrees with libphonenumber: on every example number, and on random ones with
// isPossible. `npm run compare`, in a checkout with cargo; exits 1 when an example is refused or less than
// 99 % of 100,000 random numbers agree.

import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { examples } from './examples.mjs';
import { randomBehindCodes, randomNumbers } from './random.mjs';

const require = createRequire(import.meta.url);
const { isPossiblePhoneNumber } = require('libphonenumber-js/max');
const metadata = require('libphonenumber-js/metadata.max.json');
const COUNT = 100_000;
const SEED = 20_261;

/** @param {string[]} lines @returns {boolean[]} whether each is accepted */
function check(lines) {
  const run = spawnSync('cargo', ['run', '--quiet', '--example', 'phone-check'], {
    cwd: fileURLToPath(new URL('../../', import.meta.url)),
    input: `${lines.join('\n')}\n`,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  if (run.status !== 0) throw new Error('phone-check did not run');
  return run.stdout.trimEnd().split('\n').map((line) => line === 'OK');
}

const percent = (part, whole) => `${((100 * part) / whole).toFixed(2)} %`;
const same = (ours, theirs) => ours.filter((answer, index) => answer === theirs[index]).length;
let failed = false;

const known = examples();
const withCountry = check(known.map(({ number, country }) => (country === '--' ? number : `${number}\t${country}`)));
const without = check(known.map(({ number }) => number));
const passed = withCountry.filter((answer, index) => answer && without[index]).length;
console.log(`examples accepted, alone and for their country: ${passed} of ${known.length}`);
if (passed !== known.length) failed = true;

const pairs = known.flatMap(({ number, owners }) => {
  const sharing = Object.values(metadata.country_calling_codes).find((list) => owners.some((owner) => list.includes(owner)));
  return (sharing ?? []).map((country) => ({ line: `${number}\t${country}`, valid: owners.includes(country) }));
});
const pairAnswers = check(pairs.map(({ line }) => line));
const pairsValid = pairs.map(({ valid }) => valid);
const wronglyRefused = pairAnswers.filter((answer, index) => !answer && pairsValid[index]).length;
console.log(
  `examples against every country sharing their calling code, as isValidNumberForRegion: ` +
    `${percent(same(pairAnswers, pairsValid), pairs.length)} of ${pairs.length}, ${wronglyRefused} wrongly refused`,
);
if (wronglyRefused > 0) failed = true;

const codes = [...Object.keys(metadata.country_calling_codes), ...Object.keys(metadata.nonGeographic)];
for (const [name, numbers] of [
  ['7 to 15 random digits', randomNumbers(COUNT, SEED)],
  ['random digits behind a calling code that exists', randomBehindCodes(COUNT, SEED, codes)],
]) {
  const ours = check(numbers);
  // What is left: libphonenumber drops a digit that is dialled only inside the country before it counts
  // (`+44 0…`), check_phone counts what was written.
  const possible = numbers.map((number) => isPossiblePhoneNumber(number));
  const agreed = same(ours, possible);
  console.log(`${COUNT} numbers of ${name} (seed ${SEED}), as isPossible: ${percent(agreed, COUNT)}`);
  if (agreed < COUNT * 0.99) failed = true;
}
process.exitCode = failed ? 1 : 0;
