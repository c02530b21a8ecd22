// The small language of libphonenumber's patterns (digits, \d, [..], (?:..), |, ?, {n}, {n,m}) as an
// automaton, so that one can ask which digits may come next. Used by generate.mjs only.

/** @typedef {{ moves: [number, number][][], jumps: number[][], start: number }} Automaton */

/** @param {string} source @returns {Automaton} */
export function compile(source) {
  const moves = [];
  const jumps = [];
  let at = 0;

  const state = () => {
    moves.push([]);
    jumps.push([]);
    return moves.length - 1;
  };
  const refuse = () => {
    throw new Error(`cannot read pattern ${source} at ${at}`);
  };

  const alternatives = () => {
    const [start, end] = [state(), state()];
    for (;;) {
      const [from, to] = sequence();
      jumps[start].push(from);
      jumps[to].push(end);
      if (source[at] !== '|') return [start, end];
      at += 1;
    }
  };

  const sequence = () => {
    const start = state();
    let end = start;
    while (at < source.length && source[at] !== '|' && source[at] !== ')') {
      const [from, to] = repeated();
      jumps[end].push(from);
      end = to;
    }
    return [start, end];
  };

  const repeated = () => {
    const begin = at;
    const [from, to] = atom();
    if (source[at] === '?') {
      at += 1;
      jumps[from].push(to);
      return [from, to];
    }
    const count = /^\{(\d+)(?:,(\d+))?\}/.exec(source.slice(at));
    if (!count) {
      if (/[*+{]/.test(source[at] ?? '')) refuse();
      return [from, to];
    }
    const after = at + count[0].length;
    const least = Number(count[1]);
    const most = Number(count[2] ?? count[1]);
    const [start, end] = [state(), state()];
    let last = start;
    for (let round = 0; round < most; round += 1) {
      if (round >= least) jumps[last].push(end);
      at = begin;
      const [head, tail] = atom();
      jumps[last].push(head);
      last = tail;
    }
    jumps[last].push(end);
    at = after;
    return [start, end];
  };

  const atom = () => {
    if (source[at] === '(') {
      at += source.startsWith('(?:', at) ? 3 : 1;
      const inner = alternatives();
      if (source[at] !== ')') refuse();
      at += 1;
      return inner;
    }
    const [start, end] = [state(), state()];
    const token = /^(\\d|\d|\[[\d-]+\])/.exec(source.slice(at)) ?? refuse();
    const allowed = new RegExp(token[0]);
    for (let digit = 0; digit < 10; digit += 1) {
      if (allowed.test(String(digit))) moves[start].push([digit, end]);
    }
    at += token[0].length;
    return [start, end];
  };

  const [start] = alternatives();
  if (at !== source.length) refuse();
  return { moves, jumps, start };
}

/** The states reached without reading a digit. */
function settle(automaton, states) {
  const seen = new Set(states);
  const open = [...states];
  while (open.length > 0) {
    for (const next of automaton.jumps[open.pop()]) {
      if (!seen.has(next)) {
        seen.add(next);
        open.push(next);
      }
    }
  }
  return seen;
}

/** @param {Automaton} automaton @returns {Set<number>} */
export const begin = (automaton) => settle(automaton, [automaton.start]);

/** @param {Automaton} automaton @param {Set<number>} states @param {number} digit @returns {Set<number>} */
export function read(automaton, states, digit) {
  const next = [];
  for (const state of states) {
    for (const [wanted, to] of automaton.moves[state]) {
      if (wanted === digit) next.push(to);
    }
  }
  return settle(automaton, next);
}
