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

test('the 233 countries of section 3, and no other', () => {
  const listed = `AX AL DZ AS AD AO AI AQ AG AR AM AW AU AT AZ BS BH BD BB BE BZ BJ BM BT BO BQ BA BW BV BR IO BN BG BF BI CV KH CM CA KY TD CL CN CX CC
    CO KM CG CK CR CI HR CW CY CZ DK DJ DM DO EC EG SV GQ ER EE SZ ET FK FO FJ FI FR GF PF TF GA GM GE DE GH GI GR GL GD GP GU GT GG GN GW GY HT HM HN
    HK HU IS IN ID IE IM IL IT JM JP JE JO KZ KE KI XK KW KG LA LV LB LS LR LI LT LU MO MG MW MY MV MT MH MQ MR MU YT MX FM MD MC MN ME MS MA MZ NA NR
    NP NL NC NZ NI NE NG NU NF MK MP NO OM PK PW PS PA PG PY PE PH PN PL PT PR QA RE RO RW BL SH KN LC MF PM VC WS SM ST SA SN RS SC SL SG SX SK SI SB
    SO ZA GS KR ES LK SR SJ SE CH TW TJ TZ TH TL TG TK TO TT TN TR TM TC TV UG UA AE GB US UM UY UZ VU VA VN VG VI WF EH YE ZM`.split(/\s+/);
  assert.equal(listed.length, 233);
  assert.deepEqual(countries().map(({ code }) => code).sort(), listed.toSorted());
});
