// Writes down what a watch did, scenario by scenario: what the server saw, and what the page heard, a row for each.
import { readFile, writeFile } from 'node:fs/promises';

/** The longest round that is looked for in what repeats. */
const LONGEST = 8;
/** A request held back by the browser for longer than this is told with the time it came. */
const HELD_MS = 2000;

/** The longest step in which the clock is wound. */
const STEP_S = 0.5;

const seconds = (ms) => Math.round(ms / 100) / 10;

/** What the server saw, by the page's clock when it was sent. */
export function requests(seen) {
  return seen.map(([kind, { sent, came }]) => (
    sent === undefined ? kind : `${kind} ${seconds(sent)}${came - sent > HELD_MS ? ` (came at ${seconds(came)})` : ''}`
  ));
}

/** A list in which a round that repeats stands once, with how often. */
export function rounds(lines) {
  const told = [];
  for (let at = 0; at < lines.length;) {
    const { length, times } = repetition(lines, at);
    const round = lines.slice(at, at + length).join(', ');
    told.push(times === 1 ? lines[at] : length === 1 ? `${round} ×${times}` : `(${round}) ×${times}`);
    at += times === 1 ? 1 : length * times;
  }
  return told.join(', ');
}

/** The round at a place that covers most of what follows; one line once, if nothing repeats. */
function repetition(lines, at) {
  let best = { length: 1, times: 1 };
  for (let length = 1; length <= LONGEST; length++) {
    let times = 1;
    while (lines.slice(at, at + length).every((line, nth) => line === lines[at + times * length + nth])) times++;
    if (times > 1 && length * times > best.length * best.times) best = { length, times };
  }
  return best;
}

/** Whether two engines did the same: which of two answers comes first, and a step of the clock, is nobody's business. */
function alike(lines, others) {
  const near = (line, other) => {
    const [number, second] = [line, other].map((text) => Number(/[\d.]+$/u.exec(text)?.[0]));
    return line === other || (line.split(' ')[0] === other.split(' ')[0] && Math.abs(number - second) <= STEP_S);
  };
  const sorted = [...others].sort();
  return lines.length === others.length && [...lines].sort().every((line, at) => near(line, sorted[at]));
}

/** Rows by scenario, in Chromium's words; another engine's only where they are others. */
export class ScenarioTable {
  rows = new Map();

  /** @param {string[]} server @param {string[]} page */
  add(engine, scenario, server, page) {
    const row = this.rows.get(scenario) ?? {};
    row[engine] = [server, page.map((line) => line.replace('state ', ''))];
    this.rows.set(scenario, row);
  }

  toString() {
    const words = (lines) => rounds(lines) || 'nothing';
    const cell = (row, at) => {
      const [[, first], ...others] = Object.entries(row);
      const different = others.filter(([, lines]) => !alike(lines[at], first[at]));
      return [words(first[at]), ...different.map(([engine, lines]) => `${engine}: ${words(lines[at])}`)].join('; ');
    };
    const lines = [...this.rows].map(([scenario, row]) => `| ${scenario} | ${cell(row, 0)} | ${cell(row, 1)} |`);
    return ['| scenario | the server | the page |', '| --- | --- | --- |', ...lines, ''].join('\n');
  }
}

/** Puts a table into a page, between the two lines that mark its place. */
export async function writeTable(path, mark, table) {
  const page = await readFile(path, 'utf8');
  const [begin, end] = [`<!-- ${mark} -->\n`, `<!-- /${mark} -->`];
  const [before, rest] = page.split(begin);
  if (!rest?.includes(end)) throw new Error(`${path} has no place for the table: a line ${begin.trim()} and a line ${end}`);
  await writeFile(path, `${before}${begin}${table}${rest.slice(rest.indexOf(end))}`);
}
