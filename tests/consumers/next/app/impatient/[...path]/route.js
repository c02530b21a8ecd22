// The BFF once more, with the timeouts of a test: the page's own code has none.

import { createBff } from 'cryptorefills-checkout/bff';

let bff;

function handle(request) {
  bff ??= createBff({
    partnerId: process.env.PARTNER_ID,
    appVersion: '1',
    upstream: process.env.UPSTREAM,
    basePath: '/impatient',
    authorize: () => true,
    timeouts: JSON.parse(process.env.TIMEOUTS),
  });
  return bff(request);
}

export { handle as GET, handle as POST };
