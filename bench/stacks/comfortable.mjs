// What many would reach for: zod, swr, an event source client, phone rules, country names; own code for the rest.

import { createEventSource } from 'eventsource-client';
import countries from 'i18n-iso-countries';
import english from 'i18n-iso-countries/langs/en.json';
import { isValidPhoneNumber } from 'libphonenumber-js/min';
import useSWRSubscription from 'swr/subscription';
import * as z from 'zod';
import * as schemas from '../.peers/zod.mjs';

countries.registerLocale(english);

export { getJson, postJson } from './requests.mjs';
export const checkOrder = (text) => schemas.order.safeParse(JSON.parse(text));
export const checkProblems = (text) => schemas.problems.safeParse(JSON.parse(text));
export const checkProducts = (text) => schemas.products.safeParse(JSON.parse(text));
export const checkBrands = (text) => schemas.brands.safeParse(JSON.parse(text));
export const isEmail = (text) => z.email().safeParse(text).success;
export const isPhone = (text, country) => isValidPhoneNumber(text, country);
export const countryNames = () => countries.getNames('en');

/** The order as it changes. */
export function useOrder(id) {
  return useSWRSubscription(`/api/orders/${id}/subscribe`, (url, { next }) => {
    const source = createEventSource({
      url,
      onMessage: ({ event, data }) => {
        if (event === 'stop') return source.close();
        const result = schemas.order.safeParse(JSON.parse(data));
        if (result.success) next(null, result.data);
        else next(result.error);
      },
    });
    return () => source.close();
  });
}
