// The checkout's languages: one file each in lang/. Whatever lies there is a language; only the one shown is loaded.
import en from './lang/en.js';

export const MAIN_LANGUAGE = en;

/** The language of the page around the checkout, or the browser's. */
export const detectLanguage = () => document.documentElement.lang || navigator.language || 'en';

/**
 * A language by its tag, by shorter and shorter beginnings of it, or the main one. Files are named as tags are written: `pt-BR`, `zh-Hant`.
 * @param {string} tag @param {typeof en} main
 * @returns {Promise<typeof en>}
 */
export async function loadLanguage(tag, main) {
  const parts = written(tag)?.split('-') ?? [];
  for (; parts.length > 0; parts.pop()) {
    const name = parts.join('-');
    if (name === main.tag) return main;
    try {
      const { default: lang } = await import(`./lang/${name}.js`);
      return { ...lang, texts: filled(main.texts, lang.texts) };
    } catch { /* no such language, or no way to it: the next best */ }
  }
  return main;
}

/** A tag as tags are written, whatever case it came in; of what is no tag, nothing. */
function written(tag) {
  try {
    return Intl.getCanonicalLocales(tag)[0];
  } catch {
    return undefined;
  }
}

/** A text that a language lacks is there in the main one. */
function filled(main, texts) {
  if (typeof main !== 'object' || Array.isArray(main) || typeof texts !== 'object') return texts ?? main;
  return { ...texts, ...Object.fromEntries(Object.entries(main).map(([key, text]) => [key, filled(text, texts[key])])) };
}
