// The checkout's languages: one file each in lang/. Whatever lies there is a language; only the one shown is loaded.
import en from './lang/en.js';

export const MAIN_LANGUAGE = en;

/** The language of the page around the checkout, or the browser's. */
export const detectLanguage = () => document.documentElement.lang || navigator.language || 'en';

/**
 * A language by its tag, by its tag without region, or the main one.
 * @param {string} tag @param {typeof en} main
 * @returns {Promise<typeof en>}
 */
export async function loadLanguage(tag, main) {
  const exact = tag.toLowerCase();
  for (const name of new Set([exact, exact.split('-')[0]])) {
    if (name === main.tag) return main;
    if (!/^[a-z]{2,3}(-[a-z0-9]{2,8})*$/u.test(name)) continue;
    try {
      const { default: lang } = await import(`./lang/${name}.js`);
      return { ...lang, texts: filled(main.texts, lang.texts) };
    } catch { /* no such language, or no way to it: the next best */ }
  }
  return main;
}

/** A text that a language lacks is there in the main one. */
function filled(main, texts) {
  if (typeof main !== 'object' || Array.isArray(main) || typeof texts !== 'object') return texts ?? main;
  return { ...texts, ...Object.fromEntries(Object.entries(main).map(([key, text]) => [key, filled(text, texts[key])])) };
}
