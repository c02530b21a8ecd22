// The whole demo on free ports: the sandbox, and the server that hosts the page and the BFF in front of it.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const run = promisify(execFile);
const READY_MS = 30_000;

let program;
/** The sandbox's program: given by the environment, or built now. */
async function sandboxProgram() {
  const given = process.env.SANDBOX_BIN || process.env.SANDBOX;
  if (given) return given;
  program ??= (async () => {
    await run('cargo', ['build', '--quiet', '-p', 'sandbox'], { cwd: ROOT, maxBuffer: 1 << 26 });
    const { stdout } = await run('cargo', ['metadata', '--format-version', '1', '--no-deps'], { cwd: ROOT, maxBuffer: 1 << 26 });
    return `${JSON.parse(stdout).target_directory}/debug/sandbox`;
  })();
  return program;
}

/** Starts a program that ends with us and waits for the line in which it says where it listens. */
async function start(name, command, args) {
  const child = spawn(command, [...args, '--until-stdin-closes'], { cwd: ROOT, stdio: ['pipe', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.on('data', (text) => { said = (said + text).slice(-2000); });
  child.stdin.on('error', () => {});
  const ended = new Promise((resolve) => child.once('close', resolve));
  const address = await new Promise((resolve, reject) => {
    const limit = setTimeout(() => reject(new Error(`${name} was not ready within ${READY_MS} ms. ${said}`)), READY_MS);
    createInterface({ input: child.stdout }).on('line', (line) => {
      const found = /on (http:\/\/\S+)/u.exec(line);
      if (found) {
        clearTimeout(limit);
        resolve(found[1]);
      }
    });
    child.once('error', reject);
    ended.then((code) => reject(new Error(`${name} ended with ${code}. ${said}`)));
  });
  return {
    address,
    async stop() {
      child.stdin.end();
      const limit = setTimeout(() => child.kill('SIGKILL'), 5000);
      await ended;
      clearTimeout(limit);
    },
  };
}

/** @param {{ speed?: number, port?: number }} [o] */
export async function startSandbox({ speed = 20, port = 0 } = {}) {
  const sandbox = await start('the sandbox', await sandboxProgram(), ['--port', String(port), '--speed', String(speed)]);
  const control = async (method, path) => {
    const response = await fetch(sandbox.address + path, { method, signal: AbortSignal.timeout(5000) });
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}`);
    return response.headers.get('content-type')?.includes('json') ? response.json() : null;
  };
  /** @returns {Promise<{ method: string, path: string, headers: Record<string, string> }[]>} */
  const requests = async () => {
    const answer = await control('GET', '/_sandbox/requests');
    return Array.isArray(answer) ? answer : answer.requests;
  };
  return {
    ...sandbox,
    port: Number(new URL(sandbox.address).port),
    dropStreams: () => control('POST', '/_sandbox/streams/drop'),
    requests,
    /** The requests that placed an order, or were to. */
    placements: async () => (await requests()).filter(({ method, path }) => method === 'POST' && path === '/v5/orders'),
    /** @param {string} id of an order @param {string} state */
    move: async (id, state) => {
      const { status } = await fetch(`${sandbox.address}/_sandbox/orders/${id}/move`, { method: 'POST', body: JSON.stringify({ state }) });
      assert.equal(status, 200);
    },
    forgetRequests: () => control('DELETE', '/_sandbox/requests'),
  };
}

/** @param {{ upstream: string }} o */
export const startServer = ({ upstream }) => start('the server', process.execPath, ['www/server/main.js', '--port', '0', '--upstream', upstream, '--partner-id', 'demo']);

/** Both, the one behind the other. @param {{ speed?: number }} [o] */
export async function startDemo({ speed = 20 } = {}) {
  const sandbox = await startSandbox({ speed });
  try {
    const server = await startServer({ upstream: sandbox.address });
    return {
      /** May be stopped and started again in between. */
      sandbox,
      address: server.address,
      async stop() {
        await Promise.all([server.stop(), this.sandbox.stop()]);
      },
    };
  } catch (error) {
    await sandbox.stop();
    throw error;
  }
}
