// Step 1: the country and the brands sold there, with search and categories.
import { countries } from 'cryptorefills-checkout';
import { explain, fetchBrands, lang } from '../api.js';
import { announce, failure, field, h, skeleton } from '../dom.js';
import { logo } from '../logo.js';
import { addressOf, forgetOrder, go, rememberedOrder } from '../route.js';
import { categoryName, countryName, folded, kindName, plain } from '../text.js';

const PAGE = 60;
/** Laid out at once on a keystroke; the others follow when typing pauses, since laying out cards is what takes time. */
const AT_ONCE = 12;
const PAUSE_MS = 120;

/** @param {import('../route.js').Route} route */
export function brandsStep(route) {
  const country = route.country;
  const results = h('div', { class: 'stack' });
  const status = h('p', { class: 'soft small', role: 'status' });
  const chips = h('div', { class: 'chips', role: 'group', 'aria-label': 'Categories', hidden: true });
  const search = h('input', { class: 'input', type: 'search', autocomplete: 'off', placeholder: 'Brand, operator, eSIM…', enterkeyhint: 'search' });
  const select = h('select', { class: 'input', autocomplete: 'country', onchange: () => go({ step: 'brands', country: select.value }) },
    ...countries(lang).map(({ code, name }) => h('option', { value: code, selected: code === country }, name)));
  const finder = h('div', { class: 'finder' },
    field({ label: 'Country', control: select }).node,
    field({ label: 'Search', control: search }).node);

  let live = true;
  /** @type {ReturnType<typeof indexed>} */
  let index = { entries: [], categories: [] };
  let category = '';
  let shown = PAGE;

  const list = h('ul', { class: 'brands' });
  let later;

  /** Makes the list these cards and leaves alone what is in its place already. */
  const put = (cards) => {
    cards.forEach((card, at) => {
      if (list.children[at] !== card) list.insertBefore(card, list.children[at] ?? null);
    });
    while (list.children.length > cards.length) list.lastElementChild.remove();
  };

  const draw = () => {
    clearTimeout(later);
    const found = find(index.entries, search.value, category);
    status.textContent = found.length === 0 ? '' : `${found.length} ${found.length === 1 ? 'brand' : 'brands'} in ${countryName(country)}`;
    if (found.length === 0) {
      const what = search.value ? `Nothing found for “${search.value}”.` : `Nothing is sold in ${countryName(country)} yet.`;
      announce(what);
      results.replaceChildren(h('div', { class: 'notice' },
        h('p', { class: 'title' }, what),
        h('p', null, search.value || category ? 'Try another word, or look through all brands.' : 'Choose another country above.'),
        (search.value || category) && h('div', { class: 'actions' },
          h('button', { type: 'button', class: 'button', onclick: () => { search.value = ''; pick(''); search.focus(); } }, 'Show all brands'))));
      return;
    }
    const cards = found.slice(0, shown).map(({ card }) => card());
    const finish = () => {
      put(cards);
      more.hidden = found.length <= shown;
      more.textContent = `Show all ${found.length}`;
    };
    if (list.parentNode !== results) results.replaceChildren(list, more);
    if (list.children.length === cards.length && cards.every((card, at) => list.children[at] === card)) {
      finish();
      return;
    }
    put(cards.slice(0, AT_ONCE));
    more.hidden = true;
    if (cards.length <= AT_ONCE) finish();
    else later = setTimeout(finish, PAUSE_MS);
  };

  const more = h('button', { type: 'button', class: 'button', hidden: true, onclick: () => {
    const first = list.children.length;
    shown = Infinity;
    put(find(index.entries, search.value, category).map(({ card }) => card()));
    more.hidden = true;
    list.children[first]?.querySelector('a')?.focus();
  } });

  const pick = (slug) => {
    category = slug;
    shown = PAGE;
    for (const chip of chips.children) chip.setAttribute('aria-pressed', String(chip.getAttribute('data-slug') === slug));
    draw();
  };

  search.addEventListener('input', () => { shown = PAGE; draw(); });

  const load = async () => {
    results.setAttribute('aria-busy', 'true');
    status.textContent = '';
    results.replaceChildren(h('div', { class: 'brands' }, ...skeleton(8, 'tall')));
    try {
      const answer = await fetchBrands(country);
      if (!live) return;
      index = indexed(answer, country);
      chips.replaceChildren(...[{ slug: '', name: 'All' }, ...index.categories].map(({ slug, name }) => h('button', {
        type: 'button', class: 'chip', 'data-slug': slug, 'aria-pressed': String(slug === category), onclick: () => pick(slug),
      }, name)));
      chips.hidden = index.categories.length < 2;
      draw();
    } catch (error) {
      if (!live) return;
      results.replaceChildren(failure({ ...explain(error), action: { label: 'Try again', run: load } }));
    } finally {
      results.removeAttribute('aria-busy');
    }
  };
  load();

  return {
    title: 'What would you like to buy?',
    trail: 1,
    lede: 'Gift cards, mobile top-ups and eSIMs, delivered within minutes of your payment.',
    body: [unfinished(), finder, chips, status, results],
    leave() {
      live = false;
      clearTimeout(later);
    },
  };
}

/** The way back to an order this tab placed. */
function unfinished() {
  const id = rememberedOrder();
  if (!id) return null;
  const node = h('div', { class: 'notice good-news' },
    h('p', { class: 'title' }, 'Your last order is still here'),
    h('div', { class: 'actions' },
      h('a', { class: 'button', href: addressOf({ step: 'order', order: id }) }, 'Show my order'),
      h('button', { type: 'button', class: 'button', onclick: () => { forgetOrder(); node.remove(); } }, 'Remove this note')));
  return node;
}

/** The brands once each, ready for searching, and the categories they are in. */
function indexed(answer, country) {
  const byId = new Map();
  const popular = new Set((answer.popular_brands ?? []).map(keyOf));
  const add = (brand, category) => {
    const key = keyOf(brand);
    let entry = byId.get(key);
    if (!entry) {
      entry = { brand, name: plain(brand.brand), folded: folded(`${brand.brand} ${brand.family ?? ''} ${kindName(brand)}`), categories: new Set(), card: lazy(() => card(brand, country)) };
      byId.set(key, entry);
    }
    for (const slug of [category, brand.category, ...(brand.additional_categories ?? [])]) if (slug) entry.categories.add(slug);
  };
  for (const brand of answer.all_brands ?? []) add(brand);
  for (const group of answer.categories ?? []) {
    for (const brand of group.brands ?? []) add(brand, group.category);
    for (const brand of group.popular_brands ?? []) popular.add(keyOf(brand));
  }
  const entries = [...byId.values()];
  for (const entry of entries) if (popular.has(keyOf(entry.brand))) entry.categories.add(POPULAR);
  entries.sort((a, b) => Number(gone(a.brand)) - Number(gone(b.brand)) || Number(b.categories.has(POPULAR)) - Number(a.categories.has(POPULAR)));
  const counts = new Map();
  for (const entry of entries) for (const slug of entry.categories) counts.set(slug, (counts.get(slug) ?? 0) + 1);
  const categories = [...counts.entries()]
    .filter(([slug]) => slug !== POPULAR)
    .sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]))
    .map(([slug]) => ({ slug, name: categoryName(slug) }));
  if (counts.has(POPULAR)) categories.unshift({ slug: POPULAR, name: 'Popular' });
  return { entries, categories };
}

const POPULAR = ' popular';
const keyOf = (brand) => brand.brand_id ?? `${brand.family} ${brand.brand}`;
const gone = (brand) => brand.is_out_of_stock === true;

function lazy(make) {
  let made;
  return () => (made ??= make());
}

/** Brands that begin with the words first, then those that have them anywhere. */
function find(entries, text, category) {
  const words = folded(text).split(/\s+/u).filter(Boolean);
  const inCategory = category ? entries.filter((entry) => entry.categories.has(category)) : entries;
  if (words.length === 0) return inCategory;
  const hits = inCategory.filter((entry) => words.every((word) => entry.folded.includes(word)));
  return [...hits.filter((entry) => entry.folded.startsWith(words[0])), ...hits.filter((entry) => !entry.folded.startsWith(words[0]))];
}

function card(brand, country) {
  const span = [brand.min, brand.max].filter(Boolean).map(plain);
  const text = h('span', { class: 'brand-text' },
    h('span', { class: 'brand-name' }, plain(brand.brand)),
    h('span', { class: 'soft small' }, kindName(brand)),
    gone(brand)
      ? h('span', { class: 'badge' }, 'Sold out')
      : span.length > 0 && h('span', { class: 'soft small' }, [...new Set(span)].join(' – ')));
  if (gone(brand)) return h('li', null, h('div', { class: 'brand gone' }, logo(brand), text));
  return h('li', null, h('a', { class: 'brand', href: addressOf({ step: 'details', country, brand: brand.brand }) }, logo(brand), text));
}
