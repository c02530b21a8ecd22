// Bytes as short text, and SHA-256 with the Web Crypto every host has.

const utf8 = new TextEncoder();

/** @param {Uint8Array} bytes */
export function base64url(bytes) {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/** The bytes of such a text; throws where it is none. @param {string} text */
export function fromBase64url(text) {
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0));
}

/** @param {string | Uint8Array} data */
export async function digest(data) {
  const bytes = typeof data === 'string' ? utf8.encode(data) : data;
  return base64url(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
}
