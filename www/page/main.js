// The demo shop's own script: it embeds the checkout as a shop would, and lets the visitor choose language and theme.
import './checkout/element.js';

/** What the page around the checkout says, by its `data-text`; in English it is in the page itself. */
const TEXTS = {
  ja: {
    title: 'ギフトカード・チャージ・eSIM',
    description: 'ギフトカード、携帯電話のチャージ、eSIMを、ステーブルコインで。',
    shop: 'デモショップ',
    language: '言語',
    theme: 'テーマ',
    auto: '自動',
    light: 'ライト',
    dark: 'ダーク',
    about: 'cryptorefills-checkoutパッケージで作った<cr-checkout>のデモです。',
    states: 'すべての状態',
  },
};

const checkout = document.querySelector('cr-checkout');
const language = document.getElementById('language');
const theme = document.getElementById('theme');
const preferred = (navigator.language || 'en').split('-')[0];
const parts = [...document.querySelectorAll('[data-text]')].map((part) => {
  const where = part instanceof HTMLMetaElement ? 'content' : 'textContent';
  return { part, where, english: part[where] };
});

/** @param {string} tag */
function speak(tag) {
  language.value = tag;
  document.documentElement.lang = tag;
  checkout.setAttribute('lang', tag);
  for (const { part, where, english } of parts) part[where] = TEXTS[tag]?.[part.dataset.text] ?? english;
}
if ([...language.options].some(({ value }) => value === preferred)) speak(preferred);
language.addEventListener('change', () => speak(language.value));
theme.addEventListener('change', () => {
  document.documentElement.dataset.theme = theme.value;
  checkout.setAttribute('theme', theme.value);
});
