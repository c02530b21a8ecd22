// Seeded random numbers in the form of E.164: + and 7 to 15 digits, the first of them not 0.

/** @param {number} seed @returns {(below: number) => number} xorshift32 */
function source(seed) {
  let state = seed >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** @param {number} count @param {number} seed @returns {string[]} */
export function randomNumbers(count, seed) {
  const pick = source(seed * 2654435761);
  return Array.from({ length: count }, () => {
    const length = 7 + pick(9);
    let digits = String(1 + pick(9));
    while (digits.length < length) digits += pick(10);
    return `+${digits}`;
  });
}

/** Random national digits behind a calling code that exists, at most 15 digits in all.
 * @param {number} count @param {number} seed @param {string[]} codes @returns {string[]} */
export function randomBehindCodes(count, seed, codes) {
  const pick = source(seed * 2654435761);
  return Array.from({ length: count }, () => {
    let digits = codes[pick(codes.length)];
    const length = Math.min(15, digits.length + 4 + pick(10));
    while (digits.length < length) digits += pick(10);
    return `+${digits}`;
  });
}
