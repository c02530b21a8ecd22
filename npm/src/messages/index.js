// Texts for shoppers, by code and typed params. A language is a plain object: pass the one you want.
//
// None is the default, so that only the languages named in an import end up in a bundle. Texts are plain text, never HTML: set
// them as text. Nothing a server wrote in prose gets into them but an issue's own message.

export { en } from './en.js';
export { ja } from './ja.js';

/** Own members only, so that a code such as `constructor` finds no text. */
function own(lang, kind, code) {
  if (!lang?.[kind]) throw new TypeError('Say in which language: problemText(problem, en), with en of cryptorefills-checkout/messages.');
  return typeof code === 'string' && Object.hasOwn(lang[kind], code) ? lang[kind][code] : undefined;
}

/** A name that came over the wire, short enough and harmless in the middle of a sentence. */
const tidy = (name) => Array.from(String(name).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '')).slice(0, 24).join('');

/** The params a text can use; one that is not of its type is no param. */
function usable(params) {
  const { vias, combinations, retryAfterSeconds: wait } = params ?? {};
  const pairs = Array.isArray(combinations) ? combinations.filter((pair) => pair?.coin && pair.network) : [];
  return {
    vias: Array.isArray(vias) && vias.length > 0 ? vias.map(tidy) : undefined,
    combinations: pairs.length > 0 ? pairs.map(({ coin, network }) => ({ coin: tidy(coin), network: tidy(network) })) : undefined,
    retryAfterSeconds: Number.isFinite(wait) ? Math.ceil(wait) : undefined,
  };
}

/**
 * What a problem means for the shopper, and what helps.
 * @param {{ code: string, params?: object }} problem
 * @param {import('./index.js').Messages} lang
 */
export function problemText(problem, lang) {
  const text = own(lang, 'problems', problem.code);
  if (text === undefined) return lang.problem(tidy(problem.code));
  return typeof text === 'function' ? text(usable(problem.params)) : text;
}

/**
 * What a stage of an order means for the shopper.
 * @param {string} stage
 * @param {import('./index.js').Messages} lang
 */
export function stageText(stage, lang) {
  return own(lang, 'stages', stage) ?? lang.stages.unknown;
}

/**
 * Why an order's updates have ended.
 * @param {string} reason
 * @param {import('./index.js').Messages} lang
 */
export function endText(reason, lang) {
  return own(lang, 'ends', reason) ?? lang.ends.closed;
}

/**
 * What is wrong with a form field. A code without a text says the issue's own (English) message.
 * @param {{ code: string, message?: string }} issue
 * @param {import('./index.js').Messages} lang
 */
export function issueText(issue, lang) {
  const text = own(lang, 'issues', issue.code) ?? (/^INVOICE_/.test(issue.code) ? lang.issues.INVOICE : undefined);
  if (text === undefined) return issue.message || lang.issue(tidy(issue.code));
  return typeof text === 'function' ? text(issue) : text;
}

/**
 * What an error means for the shopper: its first problem's or issue's text where it has one.
 * @param {{ code: string, problems?: object[], issues?: object[] }} error
 * @param {import('./index.js').Messages} lang
 */
export function errorText(error, lang) {
  if (error.code === 'PROBLEMS' && error.problems?.[0]) return problemText(error.problems[0], lang);
  if (error.code === 'BAD_INPUT' && error.issues?.[0]) return issueText(error.issues[0], lang);
  return own(lang, 'errors', error.code) ?? lang.errors.INTERNAL;
}
