// The page's frame: which step is shown, its heading, its place on the way, and focus when it changes.
import { init, isCountry } from 'cryptorefills-checkout';
import { failure, focusOn, h } from './dom.js';
import { currentRoute, go } from './route.js';
import { detectCountry, shop } from './shop.js';
import { brandsStep } from './steps/brands.js';
import { detailsStep } from './steps/details.js';
import { orderStep } from './steps/order.js';
import { reviewStep } from './steps/review.js';

const STEPS = { brands: brandsStep, details: detailsStep, review: reviewStep, order: orderStep };
const TRAIL = ['Choose', 'Details', 'Check', 'Pay'];

const main = document.getElementById('main');
let leave = () => {};
let first = true;

function show() {
  leave();
  leave = () => {};
  const route = currentRoute();
  if (route.country && isCountry(route.country)) shop.country = route.country;
  route.country = shop.country;

  const step = STEPS[route.step](route);
  if (step.redirect) {
    go(step.redirect, { replace: true });
    return;
  }
  leave = step.leave ?? leave;
  const heading = step.ownHeading ? null : h('h1', null, step.title);
  main.replaceChildren(h('div', { class: 'step' },
    step.trail && trail(step.trail),
    step.back && h('p', null, h('a', { class: 'back', href: step.back.href }, `\u2190 ${step.back.label}`)),
    heading && h('div', { class: 'step-head' }, heading, step.lede && h('p', { class: 'lede' }, step.lede)),
    ...(step.narrow ? [h('div', { class: 'column' }, ...step.body)] : step.body.filter(Boolean))));
  main.dataset.step = route.step;
  document.title = `${step.title} – Checkout`;
  if (!first) {
    scrollTo(0, 0);
    focusOn(heading ?? main.querySelector('h1') ?? main);
  }
  first = false;
}

function trail(at) {
  return h('ol', { class: 'trail', 'aria-label': 'Steps' }, ...TRAIL.map((name, place) => h('li', {
    class: place + 1 < at ? 'past' : null,
    'aria-current': place + 1 === at ? 'step' : null,
  }, name)));
}

async function start() {
  try {
    await init();
    shop.country = detectCountry();
    addEventListener('hashchange', show);
    show();
  } catch {
    main.replaceChildren(failure({
      title: 'The shop could not start',
      text: 'Your browser may be too old for it, or something blocks it. Updating the browser usually helps.',
      action: { label: 'Try again', run: () => location.reload() },
    }));
  }
}

start();
