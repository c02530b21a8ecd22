// What a result was measured on.

import { execFileSync } from 'node:child_process';
import { cpus, loadavg, platform, release, totalmem } from 'node:os';

/** The browser to measure in: the one xtask found, or Debian's. */
export const chrome = process.env.CHROME || '/usr/bin/chromium';

/** The machine, the versions and how busy others kept it as a run began. */
export async function describeMachine() {
  const cores = cpus();
  return {
    date: new Date().toISOString().slice(0, 10),
    processor: cores[0]?.model.trim() ?? 'unknown',
    cores: cores.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()}`,
    node: process.versions.node,
    chromium: browserVersion(),
    loadBefore: Number(loadavg()[0].toFixed(2)),
  };
}

function browserVersion() {
  try {
    return /\d[\d.]+/u.exec(execFileSync(chrome, ['--version'], { encoding: 'utf8', timeout: 20_000 }))?.[0] ?? 'unknown';
  } catch {
    return 'absent';
  }
}

/** A machine in a line. */
export function machineLine({ date, processor, cores, memoryGiB, system, node, chromium, loadBefore }) {
  return `Measured ${date} on ${cores} cores of ${processor}, ${memoryGiB} GiB, ${system}, Node ${node}, Chromium ${chromium}; load average before the run ${loadBefore}.`;
}
