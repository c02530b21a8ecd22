// Small helpers over the DOM. Text goes in as text nodes only; nothing here parses markup into the page.

/**
 * Makes an element: attributes (`on…` functions become listeners, `ref` is handed the element; null, undefined and false are left out),
 * then children.
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
    if (name === 'ref') /** @type {Function} */ (value)(element);
    else if (typeof value === 'function') element.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
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

let ids = 0;
/** An id nobody else in the checkout has. */
export const newId = (stem) => `${stem}-${(ids += 1)}`;

/** A place for the complaint about a field, and for what helps. */
function complaintBox(id) {
  const text = h('p', { class: 'error', id, hidden: true });
  const actions = h('div', { class: 'actions remedies slot' });
  return {
    node: h('div', { class: 'complaint' }, text, actions),
    text,
    /** @param {string} [said] @param {Node[]} [remedies] */
    set(said, remedies = []) {
      text.textContent = said ?? '';
      text.hidden = !said;
      actions.replaceChildren(...remedies);
    },
  };
}

/**
 * A labelled field with a hint and room for a complaint, tied together for screen readers.
 * @param {{ label: string, control: HTMLElement, hint?: string, beside?: Node, before?: Node, quiet?: boolean }} o
 */
export function field({ label, control, hint, beside, before, quiet }) {
  control.id ||= newId('field');
  const hintNode = h('p', { class: 'hint', id: `${control.id}-hint`, hidden: !hint }, hint ?? '');
  const complaint = complaintBox(`${control.id}-error`);
  const node = h('div', { class: 'field' },
    h('label', { for: control.id, class: quiet && 'visually-hidden' }, label),
    hintNode,
    beside || before ? h('div', { class: 'with-unit' }, before, control, beside) : control,
    complaint.node);
  const describe = () => {
    const parts = [hint && hintNode.id, !complaint.text.hidden && complaint.text.id].filter(Boolean);
    if (parts.length) control.setAttribute('aria-describedby', parts.join(' '));
    else control.removeAttribute('aria-describedby');
  };
  describe();
  return {
    node,
    control,
    focus: () => control.focus(),
    setHint(text) { hint = text; hintNode.textContent = text; hintNode.hidden = !text; describe(); },
    setError(text, remedies) {
      complaint.set(text, remedies);
      if (text) control.setAttribute('aria-invalid', 'true');
      else control.removeAttribute('aria-invalid');
      describe();
    },
  };
}

/**
 * One choice of several, drawn as buttons but made of radio inputs, so that arrow keys and screen readers just work.
 * @param {{ legend: string, options: { value: string, name: string, note?: string, badge?: string, mark?: Node, disabled?: boolean }[],
 *           value?: string, minor?: boolean, long?: boolean, hint?: string, onchange?: (value: string) => void }} o
 */
export function choice({ legend, options, value, minor, long, hint, onchange }) {
  const id = newId('choice');
  const complaint = complaintBox(`${id}-error`);
  const list = h('div', { class: long ? 'choices long' : 'choices' });
  /** @type {Map<string, { input: HTMLInputElement, note: HTMLElement }>} */
  const faces = new Map();
  for (const option of options) {
    const noteId = newId('note');
    const input = h('input', {
      type: 'radio', name: id, value: option.value, disabled: option.disabled, 'aria-label': option.name, 'aria-describedby': `${noteId}-badge ${noteId}`,
      onchange: () => onchange?.(option.value),
    });
    input.checked = option.value === value;
    const note = h('span', { class: 'choice-note', id: noteId }, option.note ?? '');
    faces.set(option.value, { input, note });
    list.append(h('label', { class: 'choice' }, input,
      h('span', { class: 'choice-face' },
        h('span', { class: 'choice-name', 'aria-hidden': 'true' }, option.mark, option.name),
        h('span', { class: 'choice-badge', id: `${noteId}-badge` }, option.badge ?? ''), note)));
  }
  const inputs = () => [...faces.values()].map(({ input }) => input);
  const node = h('fieldset', { class: 'stack tight', 'aria-describedby': complaint.text.id },
    h('legend', { class: minor && 'minor' }, legend), hint && h('p', { class: 'hint' }, hint), list, complaint.node);
  return {
    node,
    get value() { return inputs().find((input) => input.checked)?.value; },
    focus: () => (inputs().find((input) => input.checked) ?? inputs().find((input) => !input.disabled))?.focus(),
    setError: complaint.set,
    /** Without `onchange`: that is for the shopper's own choice. */
    choose(of) { const face = faces.get(of); if (face) face.input.checked = true; },
    setNote(of, text) { const face = faces.get(of); if (face) face.note.textContent = text; },
  };
}

/**
 * A button that copies a text and says so.
 * @param {import('./element.js').Context} context @param {string} what what the text is, for the button's name
 */
export function copyButton({ t, announce }, what, text) {
  const button = h('button', { type: 'button', class: 'button tiny' });
  let timer;
  /** Its name says what it shows, and of what. */
  const say = (text, name) => {
    button.textContent = text;
    button.setAttribute('aria-label', name);
  };
  say(t.copy, t.copyWhat(what));
  button.addEventListener('click', async () => {
    let done = true;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      done = false;
    }
    const told = done ? t.copiedWhat(what) : t.copyByHand;
    say(done ? t.copied : t.copyByHand, told);
    button.classList.toggle('done', done);
    announce(told);
    clearTimeout(timer);
    timer = setTimeout(() => { say(t.copy, t.copyWhat(what)); button.classList.remove('done'); }, 2500);
  });
  return button;
}

/** Grey shapes where content will be. @param {number} count @param {string} [kind] */
export function skeleton(count, kind = '') {
  return Array.from({ length: count }, () => h('div', { class: `bone ${kind}`, 'aria-hidden': 'true' }));
}

/** A plain button. @param {string} label @param {(event: Event) => void} run @param {string} [kind] */
export const button = (label, run, kind = '') => h('button', { type: 'button', class: `button ${kind}`.trim(), onclick: run }, label);

/**
 * The message for something that failed, with what can be done about it. Of an outage, what can be done is done by itself once the
 * connection is back.
 * @param {{ title: string, text: string, tone?: 'bad' | 'warn', offline?: boolean, action?: { label: string, run: () => void }, more?: Node[] }} o
 */
export function failure({ title, text, tone = 'bad', offline, action, more = [] }) {
  const node = h('div', { class: `notice ${tone}`, role: 'alert' },
    h('p', { class: 'notice-title' }, title),
    h('p', null, text),
    (action || more.length > 0) && h('div', { class: 'actions' },
      action && button(action.label, action.run), ...more));
  if (offline && action) addEventListener('online', () => { if (node.isConnected) action.run(); }, { once: true });
  return node;
}
