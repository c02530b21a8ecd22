// Texts that come as HTML from the catalogue and the order: sanitised by DOMPurify down to paragraphs, lists, emphasis and https links.
import { h } from './dom.js';
import { plain } from './text.js';

const HEADINGS = ['h1', 'h2', 'h3', 'h4', 'h5', 'h6'];
const RULES = {
  ALLOWED_TAGS: ['p', 'div', 'br', 'ol', 'ul', 'li', 'b', 'strong', 'i', 'em', 'a', '#text', ...HEADINGS],
  ALLOWED_ATTR: ['href'],
  ALLOWED_URI_REGEXP: /^https:\/\//iu,
  ALLOW_ARIA_ATTR: false,
  ALLOW_DATA_ATTR: false,
  RETURN_DOM_FRAGMENT: true,
};
/** Handlers and styles go before parsing: they could do nothing, but a strict policy reports the attempt. */
const ATTEMPTS = /\s(?:on[a-z]+|style)\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>]*)/giu;
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

let sanitiser;
/** Only who has HTML to show waits for the sanitiser. */
const load = () => (sanitiser ??= import('dompurify').then(({ default: purifier }) => purifier));

/** Whether there is anything to read. @param {unknown} html */
export const hasText = (html) => typeof html === 'string' && plain(html.replace(/<[^>]*>/gu, ' ')) !== '';

/**
 * The text, filled in as soon as the sanitiser is there.
 * @param {...unknown} texts HTML or plain text
 */
export function prose(...texts) {
  const node = h('div', { class: 'prose' });
  for (const text of texts.filter(hasText)) {
    const part = h('div', { class: /<[a-z]/iu.test(text) ? null : 'lines' });
    node.append(part);
    load().then((purifier) => part.append(tidied(purifier.sanitize(text.replace(ATTEMPTS, ' '), RULES))), () => { part.textContent = plain(text.replace(/<[^>]*>/gu, ' ')); });
  }
  return node;
}

/** @param {DocumentFragment} fragment */
function tidied(fragment) {
  for (const heading of fragment.querySelectorAll(HEADINGS.join())) heading.replaceWith(h('p', null, h('strong', null, heading.textContent)));
  for (const link of fragment.querySelectorAll('a')) {
    if (!link.hasAttribute('href')) link.replaceWith(...link.childNodes);
    else Object.assign(link, { target: '_blank', rel: 'noopener noreferrer' });
  }
  const walker = document.createTreeWalker(fragment, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) walker.currentNode.nodeValue = walker.currentNode.nodeValue.replace(CONTROLS, '');
  return fragment;
}
