// The BFF in a Next.js route handler: every method of the nine routes lands here.

import { createBff } from 'cryptorefills-checkout/bff';

let bff;

/** Made at the first request: at build time there is no partner id in the environment. */
function handle(request) {
  bff ??= createBff({
    partnerId: process.env.PARTNER_ID,
    appVersion: process.env.APP_VERSION,
    upstream: process.env.UPSTREAM,
    authorize: () => true,
  });
  return bff(request);
}

export { handle as GET, handle as POST };
