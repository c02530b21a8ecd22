// Every example call of the API reference, from the package's request through the BFF to what reaches the API, byte for byte.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  brandsRequest, countries, createOrderRequest, decodeProblems, homepageRequest, orderRequest, orderStreamUrl, paymentViasRequest, priceRequest,
  productsRequest, validateOrderRequest,
} from '../dist/index.js';
import { createBff } from '../dist/bff.js';

// The reference's placeholder is no address, and no shop could deliver to it.
const EMAIL = 'end.user@example.com';

const curl = (method, url, data) => ({
  method, url: `https://api.cryptorefills.com${url}`, body: data && JSON.stringify(JSON.parse(data.replaceAll('END_USER_EMAIL', EMAIL))),
});

const VALIDATE = `{
    "email": "END_USER_EMAIL",
    "payment": {
      "type": "via",
      "payment_via": "USER_WALLET",
      "coin": "USDC"
    },
    "deliveries": [
      {
        "beneficiary_account": "END_USER_EMAIL",
        "brand_name": "Airbnb",
        "country_code": "US",
        "denomination": "100 USD",
        "localized_denomination": "$100"
      }
    ],
    "lang": "en"
  }`;

const CREATE = `{
    "deliveries": [
      {
        "kind": "giftcard",
        "quantity": 1,
        "deliverable": {
          "brand_name": "Airbnb",
          "country_code": "US",
          "denomination": "100",
          "beneficiary_account": "END_USER_EMAIL"
        }
      }
    ],
    "payment": {
      "type": "via",
      "coin": "USDC",
      "network": "Solana",
      "payment_via": "USER_WALLET"
    },
    "user": {
      "email": "END_USER_EMAIL",
      "has_accepted_newsletter": true
    },
    "lang": "en",
    "acquisition": {
      "utm_source": "your_platform"
    }
  }`;

const item = { kind: 'giftcard', brand: 'Airbnb', country: 'US' };
const calls = [
  ['2, payment methods', paymentViasRequest(), curl('GET', '/v3/payment_vias')],
  ['3, brands', brandsRequest({ country: 'US' }), curl('GET', '/v2/brands?country_code=US')],
  ['4, homepage', homepageRequest({ country: 'US' }), curl('GET', '/v2/homepage?country_code=US')],
  ['5, products', productsRequest({ country: 'US', family: 'airbnb', coin: 'USDC', lang: 'en' }),
    curl('GET', '/v5/products/country/US?family_name=airbnb&coin=USDC&lang=en')],
  ['6, price', priceRequest({ brand: 'Airbnb', country: 'US', faceValue: '100', coin: 'USDC' }),
    curl('GET', '/v4/products/price?brand_name=Airbnb&country_code=US&face_value=100&coin=USDC')],
  ['7, validate', validateOrderRequest({
    email: EMAIL, items: [{ ...item, value: { denomination: '100 USD', localized: '$100' } }], payment: { coin: 'USDC' }, lang: 'en',
  }), curl('POST', '/v5/orders/validations', VALIDATE)],
  ['8, create', createOrderRequest({
    email: EMAIL, newsletter: true, items: [{ ...item, value: { denomination: '100' } }], payment: { coin: 'USDC', network: 'Solana' }, lang: 'en',
    acquisition: { utm_source: 'your_platform' },
  }), curl('POST', '/v5/orders', CREATE)],
  ['9b, order', orderRequest('ord_abc123xyz'), curl('GET', '/v5/orders/ord_abc123xyz')],
];

/** What reaches the API when a page sends a request. */
async function upstreamOf({ url, ...init }, answer = Response.json({})) {
  let seen;
  const bff = createBff({
    partnerId: 'YOUR_PARTNER_ID', appVersion: 'YOUR_APP_VERSION', authorize: () => true,
    fetch: async (to, { method, headers, body }) => {
      seen = { method, url: to, headers: new Headers(headers), body: typeof body === 'string' || body === undefined ? body : new TextDecoder().decode(body) };
      return answer;
    },
  });
  const response = await bff(new Request(`https://shop.example${url}`, init));
  await response.body?.cancel();
  return seen;
}

for (const [section, request, wanted] of calls) {
  test(`section ${section}`, async () => {
    const { headers, ...seen } = await upstreamOf(request);
    assert.deepEqual(seen, wanted);
    for (const [name, value] of [
      ['Content-Type', 'application/json'], ['X-Cr-Application', 'YOUR_PARTNER_ID'], ['X-Cr-Version', 'YOUR_APP_VERSION'], ['X-Country-ISO-Code', 'US'],
    ]) {
      assert.equal(headers.get(name), value, name);
    }
  });
}

test('section 9a, subscribe', async () => {
  const stream = new Response('', { headers: { 'content-type': 'text/event-stream' } });
  const seen = await upstreamOf({ method: 'GET', url: orderStreamUrl('ord_abc123xyz') }, stream);
  assert.equal(seen.url, 'https://api.cryptorefills.com/v5/orders/ord_abc123xyz/subscribe');
  assert.equal(seen.headers.get('accept'), 'text/event-stream');
  assert.equal(seen.headers.get('x-cr-application'), 'YOUR_PARTNER_ID');
});

test('the 28 codes of section 7 are known, the two of the HTTP level as a detail', () => {
  const listed = `AMOUNT_LESS_THEN_MINIMUM_ALLOWED MAXIMUM_AMOUNT_PER_ORDER_EXCEEDED DAILY_SPENDING_LIMIT_EXCEEDED MONTHLY_SPENDING_LIMIT_EXCEEDED
    PRODUCT_COUNT_EXCEEDED MULTIPLE_LIMITED_PRODUCT_SAME_ORDER NOT_AVAILABLE_PRODUCT OUT_OF_STOCK NOT_ACTIVE INVALID_BENEFICIARY_ACCOUNT
    NOT_ALLOWED_PAYMENT_VIA UNSUPPORTED_PROTOCOL_COIN_COMBINATION LOGIN_REQUIRED COUPON_REQUIRES_LOGIN COUPON_NOT_FOUND COUPON_NOT_ACTIVE
    COUPON_ALREADY_SPENT COUPON_MAX_USAGE_REACHED COUPON_EXPIRED COUPON_BELOW_MIN_AMOUNT COUPON_NOT_VALID_FOR_USER COUPON_NOT_VALID_FOR_CATEGORY
    COUPON_NOT_VALID_FOR_KIND COUPON_NOT_VALID_FOR_BRAND COUPON_NOT_VALID_FOR_COUNTRY COUPON_NOT_VALID_FOR_STORE`.split(/\s+/);
  const problems = decodeProblems({ problems: listed.map((problem) => ({ problem })) });
  assert.deepEqual(problems.map(({ code }) => code), listed);
  assert.ok(problems.every(({ known, group, remedy }) => known && group !== 'http' && remedy));
  for (const detail of ['SUSPENDED_COIN', 'SUSPENDED_NETWORK']) {
    assert.deepEqual(decodeProblems({ status: 400, detail }, 400).map(({ code, known, group }) => [code, known, group]), [[detail, true, 'suspension']]);
  }
  assert.equal(listed.length + 2, 28);
});

const COUNTRIES = `AX Åland Islands|AL Albania|DZ Algeria|AS American Samoa|AD Andorra|AO Angola
AI Anguilla|AQ Antarctica|AG Antigua and Barbuda|AR Argentina|AM Armenia|AW Aruba
AU Australia|AT Austria|AZ Azerbaijan|BS Bahamas|BH Bahrain|BD Bangladesh
BB Barbados|BE Belgium|BZ Belize|BJ Benin|BM Bermuda|BT Bhutan
BO Bolivia|BQ Bonaire, Sint Eustatius and Saba|BA Bosnia and Herzegovina|BW Botswana|BV Bouvet Island|BR Brazil
IO British Indian Ocean Territory|BN Brunei Darussalam|BG Bulgaria|BF Burkina Faso|BI Burundi|CV Cabo Verde
KH Cambodia|CM Cameroon|CA Canada|KY Cayman Islands|TD Chad|CL Chile
CN China|CX Christmas Island|CC Cocos (Keeling) Islands|CO Colombia|KM Comoros|CG Congo
CK Cook Islands|CR Costa Rica|CI Côte d'Ivoire|HR Croatia|CW Curaçao|CY Cyprus
CZ Czechia|DK Denmark|DJ Djibouti|DM Dominica|DO Dominican Republic|EC Ecuador
EG Egypt|SV El Salvador|GQ Equatorial Guinea|ER Eritrea|EE Estonia|SZ Eswatini
ET Ethiopia|FK Falkland Islands|FO Faroe Islands|FJ Fiji|FI Finland|FR France
GF French Guiana|PF French Polynesia|TF French Southern Territories|GA Gabon|GM Gambia|GE Georgia
DE Germany|GH Ghana|GI Gibraltar|GR Greece|GL Greenland|GD Grenada
GP Guadeloupe|GU Guam|GT Guatemala|GG Guernsey|GN Guinea|GW Guinea-Bissau
GY Guyana|HT Haiti|HM Heard Island and McDonald Islands|HN Honduras|HK Hong Kong|HU Hungary
IS Iceland|IN India|ID Indonesia|IE Ireland|IM Isle of Man|IL Israel
IT Italy|JM Jamaica|JP Japan|JE Jersey|JO Jordan|KZ Kazakhstan
KE Kenya|KI Kiribati|XK Kosovo|KW Kuwait|KG Kyrgyzstan|LA Laos
LV Latvia|LB Lebanon|LS Lesotho|LR Liberia|LI Liechtenstein|LT Lithuania
LU Luxembourg|MO Macao|MG Madagascar|MW Malawi|MY Malaysia|MV Maldives
MT Malta|MH Marshall Islands|MQ Martinique|MR Mauritania|MU Mauritius|YT Mayotte
MX Mexico|FM Micronesia|MD Moldova|MC Monaco|MN Mongolia|ME Montenegro
MS Montserrat|MA Morocco|MZ Mozambique|NA Namibia|NR Nauru|NP Nepal
NL Netherlands|NC New Caledonia|NZ New Zealand|NI Nicaragua|NE Niger|NG Nigeria
NU Niue|NF Norfolk Island|MK North Macedonia|MP Northern Mariana Islands|NO Norway|OM Oman
PK Pakistan|PW Palau|PS Palestine|PA Panama|PG Papua New Guinea|PY Paraguay
PE Peru|PH Philippines|PN Pitcairn|PL Poland|PT Portugal|PR Puerto Rico
QA Qatar|RE Réunion|RO Romania|RW Rwanda|BL Saint Barthélemy|SH Saint Helena
KN Saint Kitts and Nevis|LC Saint Lucia|MF Saint Martin (French part)|PM Saint Pierre and Miquelon|VC Saint Vincent and the Grenadines|WS Samoa
SM San Marino|ST Sao Tome and Principe|SA Saudi Arabia|SN Senegal|RS Serbia|SC Seychelles
SL Sierra Leone|SG Singapore|SX Sint Maarten|SK Slovakia|SI Slovenia|SB Solomon Islands
SO Somalia|ZA South Africa|GS South Georgia and the South Sandwich Islands|KR South Korea|ES Spain|LK Sri Lanka
SR Suriname|SJ Svalbard and Jan Mayen|SE Sweden|CH Switzerland|TW Taiwan|TJ Tajikistan
TZ Tanzania|TH Thailand|TL Timor-Leste|TG Togo|TK Tokelau|TO Tonga
TT Trinidad and Tobago|TN Tunisia|TR Türkiye|TM Turkmenistan|TC Turks and Caicos Islands|TV Tuvalu
UG Uganda|UA Ukraine|AE United Arab Emirates|GB United Kingdom|US United States|UM United States Minor Outlying Islands
UY Uruguay|UZ Uzbekistan|VU Vanuatu|VA Vatican City|VN Vietnam|VG Virgin Islands (British)
VI Virgin Islands (U.S.)|WF Wallis and Futuna|EH Western Sahara|YE Yemen|ZM Zambia`.split(/[|\n]/).map((row) => ({ code: row.slice(0, 2), name: row.slice(3) }));

test('the 233 countries of section 3, and no other', () => {
  assert.equal(COUNTRIES.length, 233);
  assert.deepEqual(countries().map(({ code }) => code).sort(), COUNTRIES.map(({ code }) => code).sort());
});

test('without Intl.DisplayNames the countries have the names of section 3', (t) => {
  const { DisplayNames } = Intl;
  t.after(() => Object.assign(Intl, { DisplayNames }));
  const byName = (a, b) => a.name.localeCompare(b.name, 'en');
  for (const missing of [undefined, class { of() {} }]) {
    Intl.DisplayNames = missing;
    assert.deepEqual(countries('de'), COUNTRIES.toSorted(byName));
  }
  Object.assign(Intl, { DisplayNames });
  assert.deepEqual(countries('no such tag!'), COUNTRIES.toSorted(byName));
});
