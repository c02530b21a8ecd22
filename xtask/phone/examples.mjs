// Every example number of the metadata: one per country and kind of number, those of the calling codes that
// belong to no country, and the mobile ones libphonenumber-js lists.

import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { PhoneNumberFormat, PhoneNumberType, PhoneNumberUtil } = require('google-libphonenumber');
const mobile = require('libphonenumber-js/examples.mobile.json');
const metadata = require('libphonenumber-js/metadata.max.json');

/** @returns {{ country: string, number: string, owners: string[] }[]} */
export function examples() {
  const util = PhoneNumberUtil.getInstance();
  const found = new Map();
  const add = (country, parsed) => {
    if (!parsed) return;
    const number = util.format(parsed, PhoneNumberFormat.E164);
    const sharing = metadata.country_calling_codes[parsed.getCountryCode()] ?? [];
    const owners = sharing.length > 1 ? sharing.filter((other) => util.isValidNumberForRegion(parsed, other)) : [];
    found.set(`${country} ${number}`, { country, number, owners });
  };
  for (const country of util.getSupportedRegions().sort()) {
    add(country, util.getExampleNumber(country));
    for (const type of Object.values(PhoneNumberType)) add(country, util.getExampleNumberForType(country, type));
    if (mobile[country]) add(country, util.parse(mobile[country], country));
  }
  for (const code of util.getSupportedGlobalNetworkCallingCodes().sort((a, b) => a - b)) {
    add('--', util.getExampleNumberForNonGeoEntity(code));
  }
  return [...found.values()];
}
