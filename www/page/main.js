// The demo shop's own script: it embeds the checkout as a shop would, and lets the visitor choose language and theme.
import './checkout/element.js';

const checkout = document.querySelector('cr-checkout');
const language = document.getElementById('language');
const theme = document.getElementById('theme');
const preferred = (navigator.language || 'en').split('-')[0];

/** @param {string} tag */
function speak(tag) {
  language.value = tag;
  document.documentElement.lang = tag;
  checkout.setAttribute('lang', tag);
}
if ([...language.options].some(({ value }) => value === preferred)) speak(preferred);
language.addEventListener('change', () => speak(language.value));
theme.addEventListener('change', () => {
  document.documentElement.dataset.theme = theme.value;
  checkout.setAttribute('theme', theme.value);
});
