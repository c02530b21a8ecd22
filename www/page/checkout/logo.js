// A brand's logo: a tile with its initials at once, the picture over it as soon as it has loaded, if it does.
import { logoUrl } from 'cryptorefills-checkout';
import { h } from './dom.js';
import { plain } from './text.js';

const HEX = /^#[0-9a-f]{6}$/iu;

/** @param {any} brand @param {{ kind?: '' | 'small' | 'large', lazy?: boolean }} [o] */
export function logo(brand, { kind = '', lazy = true } = {}) {
  const tile = h('div', { class: `logo ${kind}`.trim(), 'aria-hidden': 'true' }, initials(brand.brand ?? brand.family));
  if (HEX.test(brand.bg_color ?? '')) {
    tile.style.backgroundColor = brand.bg_color;
    if (isLight(brand.bg_color)) tile.classList.add('on-light');
  }
  const url = addressOf(brand, kind === 'large' ? '500x318' : '300x190');
  if (url) {
    const image = h('img', { alt: '', loading: lazy ? 'lazy' : 'eager', decoding: 'async', referrerpolicy: 'no-referrer', width: 300, height: 190 });
    image.addEventListener('load', () => image.classList.add('ready'));
    image.addEventListener('error', () => image.remove());
    image.src = url;
    tile.append(image);
  }
  return tile;
}

function addressOf(brand, size) {
  try {
    return logoUrl(brand, { size, format: 'webp' }) || brand.logo_url || null;
  } catch {
    return brand.logo_url ?? null;
  }
}

function initials(name) {
  const words = plain(name).split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  const letters = words.length > 1 ? words.slice(0, 2).map((word) => [...word][0]) : [...(words[0] ?? '?')].slice(0, 2);
  return letters.join('').toUpperCase();
}

/** Whether black is easier to read on a colour than white: the contrast of WCAG is equal at this luminance. */
function isLight(hex) {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return red * 0.2126 + green * 0.7152 + blue * 0.0722 > 0.179;
}
