// Asks the API one harmless question at start, so that a wrong address shows itself here and not at the first shopper.
// By itself: `node www/server/upstream-check.js URL PARTNER_ID`, before anything is built.

import { fileURLToPath } from 'node:url';

const DEADLINE = 5000;

/**
 * @param {{ upstream: string, partnerId: string, appVersion: string, country: string }} settings
 * @returns {Promise<string | undefined>} what is wrong, in a line
 */
export async function checkUpstream({ upstream, partnerId, appVersion, country }) {
  let response;
  let body;
  try {
    response = await fetch(`${upstream.replace(/\/+$/, '')}/v3/payment_vias`, {
      headers: {
        Accept: 'application/json',
        'Content-Type': 'application/json',
        'X-Cr-Application': partnerId,
        'X-Cr-Version': appVersion,
        'X-Country-ISO-Code': country.toUpperCase(),
      },
      redirect: 'manual',
      signal: AbortSignal.timeout(DEADLINE),
    });
    body = await response.text();
  } catch (error) {
    const why = error.name === 'TimeoutError' ? `no answer within ${DEADLINE / 1000} s` : (error.cause?.code ?? error.cause?.message ?? error.message);
    return `the upstream ${upstream} cannot be reached (${why})`;
  }
  // A busy API is still the right one.
  if (response.status === 429) return undefined;
  if (!response.ok) return `the upstream ${upstream} answers ${response.status} to /v3/payment_vias: is it the partner API?`;
  try {
    if (Array.isArray(JSON.parse(body))) return undefined;
  } catch {
    // Said below.
  }
  return `the upstream ${upstream} does not answer like the partner API: /v3/payment_vias is not a list`;
}

/** What the BFF itself will not take, by its own rules; from their source, as nothing is built yet. */
async function checkRules(settings) {
  const { readOptions } = await import('../../npm/src/bff/options.js');
  try {
    readOptions(settings);
    return undefined;
  } catch (error) {
    return error.message.replace(/^createBff: /, '');
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [upstream = '', partnerId = ''] = process.argv.slice(2);
  const settings = { upstream, partnerId, appVersion: '0.1.0', country: 'US' };
  const trouble = (await checkRules(settings)) ?? (await checkUpstream(settings));
  if (trouble) {
    process.stderr.write(`${trouble}\n`);
    process.exit(1);
  }
}
