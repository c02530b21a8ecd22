// What someone who counts bytes would write: valibot, and own code for everything else.

import * as v from 'valibot';
import * as schemas from '../.peers/valibot.mjs';

export { getJson, postJson } from './requests.mjs';
export const checkOrder = (text) => v.safeParse(schemas.order, JSON.parse(text));
export const checkProblems = (text) => v.safeParse(schemas.problems, JSON.parse(text));
export const checkProducts = (text) => v.safeParse(schemas.products, JSON.parse(text));
export const checkBrands = (text) => v.safeParse(schemas.brands, JSON.parse(text));
export const isEmail = (text) => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text);
export const isPhone = (text) => /^\+[1-9]\d{6,14}$/.test(text);

const CODES = 'AD AE AF AG AI AL AM AO AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BW BY BZ CA CD CF CG CH CI CK CL CM CN CO CR CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GT GU GW GY HK HN HR HT HU ID IE IL IM IN IQ IS IT JE JM JO JP KE KG KH KI KM KN KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PR PS PT PW PY QA RE RO RS RW SA SB SC SE SG SH SI SK SL SM SN SO SR ST SV SX SZ TC TD TG TH TJ TL TM TN TO TR TT TV TW TZ UA UG US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW'.split(' ');

export function countryNames() {
  const names = new Intl.DisplayNames(['en'], { type: 'region' });
  return CODES.map((code) => [code, names.of(code)]);
}

/** The order as it changes; gives what ends it. */
export function watchOrder(id, onOrder) {
  const source = new EventSource(`/api/orders/${id}/subscribe`);
  source.onmessage = ({ data }) => {
    const result = v.safeParse(schemas.order, JSON.parse(data));
    if (result.success) onOrder(result.output);
  };
  source.addEventListener('stop', () => source.close());
  return () => source.close();
}
