// Small helpers over the DOM. Text goes in as text nodes only; nothing here parses markup into the page.

/**
 * Makes an element: attributes (`on…` functions become listeners; null, undefined and false are left out), then children.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, unknown> | null} [attributes]
 * @param {...(Node | string | null | undefined | false)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === 'function') element.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  for (const child of children) if (child !== null && child !== undefined && child !== false) element.append(child);
  return element;
}

const SVG = 'http://www.w3.org/2000/svg';

/** An SVG element. @param {string} tag @param {Record<string, string | number>} attributes @param {...Node} children */
export function svg(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

/** Puts focus on an element that is not a control, so that a screen reader starts reading there. */
export function focusOn(element) {
  if (!element.matches('a[href], button, input, select, textarea, summary')) element.tabIndex = -1;
  element.focus({ preventScroll: true });
}

/** Says something to screen readers, once, without moving focus. */
export function announce(text) {
  const announcer = document.getElementById('announcer');
  if (announcer && announcer.textContent !== text) announcer.textContent = text;
}

let ids = 0;
/** An id nobody else on the page has. */
export const newId = (stem) => `${stem}-${(ids += 1)}`;

/**
 * A labelled field with a hint and room for an error, tied together for screen readers.
 * @param {{ label: string, control: HTMLElement, hint?: string, beside?: Node }} o
 */
export function field({ label, control, hint, beside }) {
  control.id ||= newId('field');
  const hintNode = h('p', { class: 'hint', id: `${control.id}-hint`, hidden: !hint }, hint ?? '');
  const error = h('p', { class: 'error', id: `${control.id}-error`, hidden: true });
  const node = h('div', { class: 'field' },
    h('label', { for: control.id }, label),
    hintNode,
    beside ? h('div', { class: 'with-unit' }, control, beside) : control,
    error);
  const describe = () => {
    const parts = [hint && hintNode.id, !error.hidden && error.id].filter(Boolean);
    if (parts.length) control.setAttribute('aria-describedby', parts.join(' '));
    else control.removeAttribute('aria-describedby');
  };
  describe();
  return {
    node,
    control,
    focus: () => control.focus(),
    setHint(text) { hint = text; hintNode.textContent = text; hintNode.hidden = !text; describe(); },
    setError(text) {
      error.textContent = text ?? '';
      error.hidden = !text;
      if (text) control.setAttribute('aria-invalid', 'true');
      else control.removeAttribute('aria-invalid');
      describe();
    },
  };
}

/**
 * One choice of several, drawn as buttons but made of radio inputs, so that arrow keys and screen readers just work.
 * @param {{ legend: string, options: { value: string, name: string, note?: string, good?: boolean, disabled?: boolean }[],
 *           value?: string, narrow?: boolean, minor?: boolean, hint?: string, onchange?: (value: string) => void }} o
 */
export function choice({ legend, options, value, narrow, minor, hint, onchange }) {
  const id = newId('choice');
  const error = h('p', { class: 'error', id: `${id}-error`, hidden: true });
  const list = h('div', { class: narrow ? 'choices narrow' : 'choices' });
  /** @type {Map<string, { input: HTMLInputElement, note: HTMLElement }>} */
  const faces = new Map();
  for (const option of options) {
    const noteId = newId('note');
    const input = h('input', {
      type: 'radio', name: id, value: option.value, disabled: option.disabled, 'aria-label': option.name, 'aria-describedby': noteId,
      onchange: () => onchange?.(option.value),
    });
    input.checked = option.value === value;
    const note = h('span', { class: option.good ? 'choice-note good' : 'choice-note', id: noteId }, option.note ?? '');
    faces.set(option.value, { input, note });
    list.append(h('label', { class: 'choice' }, input,
      h('span', { class: 'choice-face' }, h('span', { class: 'choice-name', 'aria-hidden': 'true' }, option.name), note)));
  }
  const inputs = () => [...faces.values()].map(({ input }) => input);
  const node = h('fieldset', { class: 'stack', 'aria-describedby': error.id },
    h('legend', { class: minor && 'minor' }, legend), hint && h('p', { class: 'hint' }, hint), list, error);
  return {
    node,
    get value() { return inputs().find((input) => input.checked)?.value; },
    focus: () => (inputs().find((input) => input.checked) ?? inputs().find((input) => !input.disabled))?.focus(),
    setError(text) { error.textContent = text ?? ''; error.hidden = !text; },
    /** Without `onchange`: that is for the shopper's own choice. */
    choose(of) { const face = faces.get(of); if (face) face.input.checked = true; },
    setNote(of, text) { const face = faces.get(of); if (face) face.note.textContent = text; },
  };
}

/** A button that copies a text and says so. @param {string} what what the text is, for the button's name */
export function copyButton(what, text) {
  const button = h('button', { type: 'button', class: 'button tiny', 'aria-label': `Copy ${what}` }, 'Copy');
  let timer;
  button.addEventListener('click', async () => {
    let said = 'Copied';
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      said = 'Select and copy by hand';
    }
    button.textContent = said;
    announce(said === 'Copied' ? `${what} copied` : said);
    clearTimeout(timer);
    timer = setTimeout(() => { button.textContent = 'Copy'; }, 2500);
  });
  return button;
}

/** Grey shapes where content will be. @param {number} count @param {string} [kind] */
export function skeleton(count, kind = '') {
  return Array.from({ length: count }, () => h('div', { class: `bone ${kind}`, 'aria-hidden': 'true' }));
}

/**
 * The message for something that failed, with what can be done about it.
 * @param {{ title: string, text: string, tone?: 'bad' | 'warn', action?: { label: string, run: () => void }, more?: Node[] }} o
 */
export function failure({ title, text, tone = 'bad', action, more = [] }) {
  return h('div', { class: `notice ${tone}`, role: 'alert' },
    h('p', { class: 'title' }, title),
    h('p', null, text),
    (action || more.length > 0) && h('div', { class: 'actions' },
      action && h('button', { type: 'button', class: 'button', onclick: action.run }, action.label), ...more));
}
