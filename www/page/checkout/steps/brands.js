// Step 1: the country and the brands sold there, with search and categories.
import { isCountry, openBrands } from 'cryptorefills-checkout';
import { button, failure, field, h, skeleton } from '../dom.js';
import { countryField } from '../fields/country.js';
import { categoryIcon, icon } from '../icons.js';
import { logo } from '../logo.js';
import { categoryName, countryName, folded, kindName, plain } from '../text.js';

const PAGE = 60;
/** So many cards that were not there before come at once on a keystroke; the others follow when typing pauses, since laying out cards is what takes time. */
const AT_ONCE = 6;
const PAUSE_MS = 120;
const GROW_MS = 16;
/** So many categories are on show before one asks for more. */
const CHIPS = 9;
const POPULAR = ' popular';

/** @param {import('../element.js').Context} context @param {import('../route.js').Route} route */
export function brandsStep(context, route) {
  const { t, lang, api, announce, go, shop } = context;
  const country = route.country;
  const results = h('div', { class: 'stack' });
  const status = h('p', { class: 'soft small', role: 'status' });
  const chips = h('div', { class: 'chips', role: 'group', 'aria-label': t.categoriesLabel, hidden: true });
  const search = h('input', { class: 'input', type: 'search', autocomplete: 'off', autocapitalize: 'none', spellcheck: 'false', placeholder: t.searchHint, enterkeyhint: 'search' });
  const finder = h('div', { class: 'finder' },
    countryField(context, { value: country, onchange: (code) => go({ step: 'brands', country: code }) }).node,
    field({ label: t.search, control: search, before: icon('search', 'in-field') }).node);

  let live = true;
  /** @type {ReturnType<typeof indexed>} */
  let index = { entries: [], categories: [], search: () => [], close() {} };
  let category = '';
  let shown = PAGE;

  const popular = section(t.popular, 'strip');
  const rest = section(t.allBrands);
  let later;

  const more = h('button', { type: 'button', class: 'button', hidden: true, onclick: () => {
    const first = rest.list.children.length;
    shown = Infinity;
    const { tail } = split(index.search(search.value, category));
    put(rest.list, tail);
    more.hidden = true;
    rest.list.children[first]?.querySelector('a')?.focus();
  } });

  /** On the shop's front, what is popular has a place of its own. */
  const split = (found) => {
    const front = !category && !search.value.trim();
    const top = front ? found.filter(({ categories, brand }) => categories.has(POPULAR) && !gone(brand)).slice(0, 6) : [];
    return top.length < 2 ? { top: [], tail: found } : { top, tail: found.filter((entry) => !top.includes(entry)) };
  };

  const draw = () => {
    clearTimeout(later);
    const found = index.search(search.value, category);
    status.textContent = found.length === 0 ? '' : t.brandCount(found.length, countryName(lang.tag, country));
    if (found.length === 0) {
      nothing();
      return;
    }
    const { top, tail } = split(found);
    popular.node.hidden = top.length === 0;
    rest.heading.hidden = top.length === 0;
    if (rest.node.parentNode !== results) results.replaceChildren(popular.node, rest.node, more);
    put(popular.list, top);
    const wanted = tail.slice(0, shown);
    // The first come at once, where they belong; of the others, those that are there stay where they are for the moment.
    const first = wanted.slice(0, AT_ONCE);
    const others = new Map(wanted.slice(AT_ONCE).map((entry) => [entry.node, entry]));
    put(rest.list, [...first, ...[...rest.list.children].map((node) => others.get(node)).filter(Boolean)]);
    more.hidden = true;
    /** A few more at a time: the next letter never waits for all of them. */
    const grow = () => {
      let added = 0;
      const now = wanted.filter(({ node }) => node?.parentNode === rest.list || (added += 1) <= AT_ONCE * 2);
      put(rest.list, now);
      if (now.length < wanted.length) {
        later = setTimeout(grow, GROW_MS);
      } else {
        more.hidden = tail.length <= shown;
        more.textContent = t.showAll(tail.length);
      }
    };
    later = setTimeout(grow, PAUSE_MS);
  };

  function nothing() {
    const what = search.value ? t.nothingFound(search.value) : t.nothingSold(countryName(lang.tag, country));
    announce(what);
    results.replaceChildren(h('div', { class: 'notice' },
      h('p', { class: 'notice-title' }, what),
      h('p', null, search.value || category ? t.tryOther : t.tryOtherCountry),
      (search.value || category) && h('div', { class: 'actions' },
        button(t.showAllBrands, () => { search.value = ''; pick(''); search.focus(); }))));
  }

  const pick = (slug) => {
    category = slug;
    shown = PAGE;
    for (const chip of chips.querySelectorAll('[data-slug]')) chip.setAttribute('aria-pressed', String(chip.getAttribute('data-slug') === slug));
    draw();
  };

  function drawChips() {
    const all = [{ slug: '', name: t.all, mark: icon('gift') }, ...index.categories.map(({ slug, name }) => ({ slug, name, mark: slug === POPULAR ? icon('star') : categoryIcon(slug) }))];
    const made = all.map(({ slug, name, mark }, at) => h('button', {
      type: 'button', class: 'chip', 'data-slug': slug, 'aria-pressed': String(slug === category), hidden: at >= CHIPS, onclick: () => pick(slug),
    }, mark, name));
    const hidden = made.slice(CHIPS);
    const rest = hidden.length > 0 && h('button', { type: 'button', class: 'chip more', 'aria-expanded': 'false', onclick: (event) => {
      for (const chip of hidden) chip.hidden = false;
      event.currentTarget.remove();
      hidden[0].focus();
    } }, t.moreCategories);
    chips.replaceChildren(...made, ...(rest ? [rest] : []));
    chips.hidden = index.categories.length < 2;
  }

  search.addEventListener('input', () => { shown = PAGE; draw(); });

  const load = async () => {
    results.setAttribute('aria-busy', 'true');
    status.textContent = '';
    results.replaceChildren(h('div', { class: 'brands' }, ...skeleton(8, 'card-bone')));
    try {
      // The frame is on the screen before the package's module is compiled.
      await painted();
      if (!live) return;
      if (!isCountry(country)) {
        shop.country = 'US';
        go({ step: 'brands', country: 'US' }, { replace: true });
        return;
      }
      const answer = await api.brands(country);
      if (!live) return;
      index = indexed(answer, context, country);
      drawChips();
      draw();
      // Opened, and searched once, when there is nothing else to do, so that the first letter need not wait for it.
      const opened = index;
      idle(() => { if (live) opened.search('a', ''); });
    } catch (error) {
      if (!live) return;
      results.replaceChildren(failure({ ...api.explain(error), action: { label: t.tryAgain, run: load } }));
    } finally {
      results.removeAttribute('aria-busy');
    }
  };
  load();

  return {
    title: t.brandsTitle,
    trail: 1,
    lede: t.brandsLede,
    body: [finder, chips, status, results],
    leave() {
      live = false;
      clearTimeout(later);
      index.close();
    },
  };
}

/** A moment after the next frame; at once where no frames are drawn. */
const painted = () => new Promise((resolve) => {
  const limit = setTimeout(resolve, 100);
  requestAnimationFrame(() => setTimeout(() => { clearTimeout(limit); resolve(undefined); }, 0));
});

const idle = (run) => (globalThis.requestIdleCallback ? requestIdleCallback(run, { timeout: 2000 }) : setTimeout(run, 300));

function section(title, kind = '') {
  const heading = h('h3', null, title);
  const list = h('ul', { class: `brands ${kind}`.trim() });
  return { heading, list, node: h('section', { class: 'stack tight' }, heading, list) };
}

/** Makes a list the cards of these brands. What is in it already and stays is not touched, but where its order has changed. */
function put(list, entries) {
  const cards = entries.map((entry) => (entry.node ??= entry.make()));
  const wanted = new Set(cards);
  for (const card of [...list.children]) if (!wanted.has(card)) card.remove();
  let next = list.firstElementChild;
  for (const card of cards) {
    if (card === next) next = next.nextElementSibling;
    else list.insertBefore(card, next);
  }
}

/** The brands once each, ready for searching, and the categories they are in. */
function indexed(answer, context, country) {
  const byId = new Map();
  const favourites = new Set((answer.popular_brands ?? []).map(keyOf));
  const add = (brand, category) => {
    const key = keyOf(brand);
    let entry = byId.get(key);
    if (!entry) {
      entry = { brand, folded: folded(`${brand.brand} ${brand.family ?? ''} ${kindName(context.t, brand)}`), categories: new Set(), make: () => card(context, brand, country) };
      byId.set(key, entry);
    }
    for (const slug of [category, brand.category, ...(brand.additional_categories ?? [])]) if (slug) entry.categories.add(slug);
  };
  for (const brand of answer.all_brands ?? []) add(brand);
  for (const group of answer.categories ?? []) {
    for (const brand of group.brands ?? []) add(brand, group.category);
    for (const brand of group.popular_brands ?? []) favourites.add(keyOf(brand));
  }
  const entries = [...byId.values()];
  for (const entry of entries) if (favourites.has(keyOf(entry.brand))) entry.categories.add(POPULAR);
  entries.sort((a, b) => Number(gone(a.brand)) - Number(gone(b.brand)) || Number(b.categories.has(POPULAR)) - Number(a.categories.has(POPULAR)));
  const counts = new Map();
  for (const entry of entries) for (const slug of entry.categories) counts.set(slug, (counts.get(slug) ?? 0) + 1);
  const categories = [...counts.entries()]
    .filter(([slug]) => slug !== POPULAR)
    .sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]))
    .map(([slug]) => ({ slug, name: categoryName(context.t, slug) }));
  if (counts.has(POPULAR)) categories.unshift({ slug: POPULAR, name: context.t.popular });

  /** The package's own search: every script, misspellings included. It knows names; kinds and families are looked for here. */
  let catalog;
  const open = () => {
    const opened = catalog ? null : openBrands({ all_brands: entries.map(({ brand }) => brand) });
    if (opened?.ok) catalog = opened.value;
    return catalog;
  };
  const search = (text, category) => {
    const of = category ? entries.filter((entry) => entry.categories.has(category)) : entries;
    const words = folded(text).split(/\s+/u).filter(Boolean);
    if (words.length === 0) return of;
    // Its best hits come first, as many as are shown at once; then whatever else holds the words.
    const hits = new Set((open()?.search(text, { limit: category ? entries.length : PAGE }) ?? []).map((brand) => byId.get(keyOf(brand))).filter(Boolean));
    for (const entry of entries) if (words.every((word) => entry.folded.includes(word))) hits.add(entry);
    return category ? [...hits].filter((entry) => entry.categories.has(category)) : [...hits];
  };
  return { entries, categories, search, close() { catalog?.close(); catalog = undefined; } };
}

const keyOf = (brand) => brand.brand_id ?? `${brand.family} ${brand.brand}`;
const gone = (brand) => brand.is_out_of_stock === true;

function card({ t, router }, brand, country) {
  const span = [...new Set([brand.min, brand.max].filter(Boolean).map(plain))].join(' – ');
  const text = h('span', { class: 'brand-text' },
    h('span', { class: 'brand-name' }, plain(brand.brand)),
    h('span', { class: 'soft small' }, kindName(t, brand)),
    gone(brand) ? h('span', { class: 'badge' }, t.soldOut) : span && h('span', { class: 'soft small' }, span));
  if (gone(brand)) return h('li', null, h('div', { class: 'brand gone' }, logo(brand), text));
  return h('li', null, h('a', { class: 'brand', ...router.link({ step: 'details', country, brand: brand.brand }) }, logo(brand), text));
}
