// The shopper's country: a field that finds countries by name, in the page's language or in English, or by code.
import { countries } from 'cryptorefills-checkout';
import { field, h, newId } from '../dom.js';
import { icon } from '../icons.js';
import { countryName, folded } from '../text.js';

/** @param {import('../element.js').Context} context @param {{ value: string, onchange: (code: string) => void }} o */
export function countryField({ t, lang, announce }, { value, onchange }) {
  const listId = newId('countries');
  const shown = () => countryName(lang.tag, value);
  const input = h('input', {
    class: 'input', type: 'text', role: 'combobox', autocomplete: 'off', autocapitalize: 'none', spellcheck: 'false',
    'aria-autocomplete': 'list', 'aria-expanded': 'false', 'aria-controls': listId, 'data-testid': 'country',
  });
  input.value = shown();
  const list = h('ul', { class: 'options', id: listId, role: 'listbox', 'aria-label': t.country, hidden: true });
  /** Made when first asked for: nobody else waits for 233 names. @type {{ code: string, name: string, words: string, node: HTMLElement }[] | undefined} */
  let all;
  let active = -1;
  /** @type {NonNullable<typeof all>} */
  let hits = [];

  function load() {
    if (all) return all;
    const english = lang.tag === 'en' ? null : new Map(countries('en').map(({ code, name }) => [code, name]));
    all = countries(lang.tag).map(({ code, name }) => ({
      code,
      name,
      words: ` ${folded([name, english?.get(code), t.countryAliases[code], code].join(' '))}`,
      node: h('li', { class: 'option', role: 'option', id: `${listId}-${code}`, 'aria-selected': String(code === value), onclick: () => choose(code) }, name),
    }));
    return all;
  }

  function open(text) {
    const wanted = folded(text).trim();
    const found = load().filter(({ words }) => words.includes(wanted));
    // Where a name begins with what was typed, it comes first.
    hits = wanted ? [...found.filter(({ words }) => words.includes(` ${wanted}`)), ...found.filter(({ words }) => !words.includes(` ${wanted}`))] : found;
    list.replaceChildren(...(hits.length > 0 ? hits.map(({ node }) => node) : [h('li', { class: 'option none', role: 'option', 'aria-disabled': 'true', 'aria-selected': 'false' }, t.noCountry)]));
    list.hidden = false;
    input.setAttribute('aria-expanded', 'true');
    mark(wanted ? 0 : hits.findIndex(({ code }) => code === value));
  }

  function close() {
    list.hidden = true;
    input.setAttribute('aria-expanded', 'false');
    mark(-1);
  }

  function mark(at) {
    hits[active]?.node.classList.remove('active');
    active = hits.length > 0 ? at : -1;
    const node = hits[active]?.node;
    if (!node) {
      input.removeAttribute('aria-activedescendant');
      return;
    }
    node.classList.add('active');
    input.setAttribute('aria-activedescendant', node.id);
    if (!list.hidden) list.scrollTop = node.offsetTop - list.clientHeight / 2 + node.clientHeight / 2;
  }

  function choose(code) {
    const changed = code !== value;
    value = code;
    input.value = shown();
    close();
    if (changed) onchange(code);
  }

  const isOpen = () => !list.hidden;
  input.addEventListener('click', () => { if (!isOpen()) { input.select(); open(''); } });
  input.addEventListener('focus', () => input.select());
  input.addEventListener('input', () => {
    open(input.value);
    announce(t.countriesFound(hits.length));
  });
  input.addEventListener('blur', () => { close(); input.value = shown(); });
  // Keeps the focus where it is while an option is clicked.
  list.addEventListener('mousedown', (event) => event.preventDefault());
  input.addEventListener('keydown', (event) => {
    // While an input method puts a word together, every key is its own; Safari says so by the number alone.
    if (event.isComposing || event.keyCode === 229) return;
    const move = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 }[event.key];
    if (move) {
      event.preventDefault();
      if (!isOpen()) open('');
      else mark(Math.max(0, Math.min(hits.length - 1, active + move)));
    } else if (event.key === 'Enter' && isOpen()) {
      event.preventDefault();
      if (hits[active]) choose(hits[active].code);
    } else if (event.key === 'Escape' && isOpen()) {
      event.preventDefault();
      event.stopPropagation();
      input.value = shown();
      close();
    }
  });

  return field({ label: t.country, control: input, before: icon('globe', 'in-field'), beside: list });
}
