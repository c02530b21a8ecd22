// Catalogues that stay in the module: an answer is checked and indexed there, and a page gets the rows it shows.

import { answered } from './input.js';
import { CheckoutError } from './errors.js';
import { fold } from './fold.js';
import { isReady, wasm } from './runtime.js';

/** The questions of src/browser/opened.rs. */
const NAMES = 0;
const INDEX = 1;
const SEARCH = 2;
const PAGE = 3;
const BRAND = 4;
const CLOSE = 5;

let lastId = 0;

/** A net below close(): what nobody holds any more is closed some time. */
const forgotten = typeof FinalizationRegistry === 'function' ? new FinalizationRegistry((close) => close()) : undefined;

export const openBrands = (body, options) => open(false, body, options);
export const openProducts = (body, options) => open(true, body, options);

function open(products, body, options) {
  const id = ++lastId;
  const result = answered((input, maxBytes) => wasm().catalogOpen(id, products, input, maxBytes), body, options);
  if (result.ok) result.value = opened(id, result.value);
  return result;
}

function opened(id, size) {
  let isIndexed = false;
  let isOpen = true;

  function ask(what, text = '', offset = 0, limit = 0) {
    if (!isOpen) throw new CheckoutError('BAD_INPUT', 'This catalogue is closed.');
    const answer = wasm().catalogAsk(id, what, text, offset, limit);
    if (answer === undefined && what !== BRAND) throw new CheckoutError('INTERNAL', 'The module has failed since, and this catalogue with it: open it again.');
    return answer;
  }

  // Alone, so that the registry holds nothing of the catalogue.
  const close = closer(id);
  const catalog = {
    size,
    search(text, { limit = 20, offset = 0 } = {}) {
      // Only who searches pays for the index.
      if (!isIndexed) ask(INDEX, fold(ask(NAMES)));
      isIndexed = true;
      return JSON.parse(ask(SEARCH, fold(String(text)), offset, limit));
    },
    page: ({ limit = 50, offset = 0 } = {}) => JSON.parse(ask(PAGE, '', offset, limit)),
    brand(key) {
      const row = ask(BRAND, JSON.stringify(String(key)).slice(1, -1));
      return row && JSON.parse(row);
    },
    close() {
      if (!isOpen) return;
      isOpen = false;
      forgotten?.unregister(catalog);
      close();
    },
  };
  if (Symbol.dispose) catalog[Symbol.dispose] = catalog.close;
  forgotten?.register(catalog, close, catalog);
  return catalog;
}

/** A module that has failed took the catalogue with it. */
const closer = (id) => () => {
  if (isReady()) wasm().catalogAsk(id, CLOSE, '', 0, 0);
};
