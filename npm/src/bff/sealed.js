// Text that only who has a secret can read: AES-GCM under a key of the secret's hash, as base64url.

import { base64url, fromBase64url } from './digest.js';

const utf8 = new TextEncoder();
const IV_BYTES = 12;

async function keyOf(/** @type {string} */ secret) {
  // Not the hash that a record may go by: this one never leaves the process.
  const hash = await crypto.subtle.digest('SHA-256', utf8.encode(`sealed\n${secret}`));
  return crypto.subtle.importKey('raw', hash, 'AES-GCM', false, ['encrypt', 'decrypt']);
}

/** @param {string} secret @param {Uint8Array<ArrayBuffer>} bytes */
export async function seal(secret, bytes) {
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
  const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, await keyOf(secret), bytes);
  return base64url(iv) + base64url(new Uint8Array(sealed));
}

/**
 * Throws where the text was sealed with another secret, or is not whole.
 * @param {string} secret @param {string} text
 */
export async function unseal(secret, text) {
  const iv = fromBase64url(text.slice(0, (IV_BYTES / 3) * 4));
  const sealed = fromBase64url(text.slice((IV_BYTES / 3) * 4));
  return new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, await keyOf(secret), sealed));
}
