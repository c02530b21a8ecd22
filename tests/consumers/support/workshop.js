// Where the projects are built: the tools and the packed package installed once, each project copied beside them.
//
// CONSUMERS_DIR keeps the installation from run to run; without it everything happens in a temporary folder.

import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { after } from 'node:test';

const HERE = fileURLToPath(new URL('..', import.meta.url));
const ROOT = join(HERE, '../..');
const PACKAGE = 'cryptorefills-checkout';
const MINUTE = 60_000;
/** How much of a failed command's output is shown. */
const SHOWN = 4000;

/** What npm and the tools are told: no colours, nothing sent anywhere, nothing asked. */
const ENVIRONMENT = { ...process.env, CI: '1', NO_COLOR: '1', NODE_ENV: '', npm_config_update_notifier: 'false' };
delete ENVIRONMENT.FORCE_COLOR;
// Node's own test runner marks its children, and a test runner among them would report to it.
delete ENVIRONMENT.NODE_TEST_CONTEXT;

/** Runs a command to its end; what it said, or an error that shows it. */
export function run(command, args, { cwd, env, ms = 2 * MINUTE } = {}) {
  const shown = [command.split('/').at(-1), ...args.map((arg) => arg.split('/node_modules/').at(-1))].join(' ');
  return new Promise((resolve, reject) => {
    const options = { cwd, env: { ...ENVIRONMENT, ...env }, timeout: ms, killSignal: 'SIGKILL', maxBuffer: 1 << 26 };
    execFile(command, args, options, (error, stdout, stderr) => {
      if (!error) return resolve({ stdout, stderr });
      const how = error.killed ? `took longer than ${ms / 1000} s` : `ended with ${error.code}`;
      reject(new Error(`\`${shown}\` ${how}:\n${stripVTControlCharacters(`${stdout}\n${stderr}`).trim().slice(-SHOWN)}`));
    });
  });
}

/** Starts a program, and waits until its output shows that it is ready; without `ready` it is given back at once. */
export async function start(args, { command = process.execPath, cwd, env, ready, ms = MINUTE }) {
  const child = spawn(command, args, { cwd, env: { ...ENVIRONMENT, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise((resolve) => child.once('close', resolve));
  let said = '';
  await new Promise((resolve, reject) => {
    const fail = (how) => reject(new Error(`\`${[command, ...args].join(' ').split('/node_modules/').at(-1)}\` ${how}:\n${said.slice(-SHOWN)}`));
    const limit = setTimeout(fail, ms, `was not ready within ${ms / 1000} s`);
    for (const pipe of [child.stdout, child.stderr]) {
      pipe.on('data', (text) => {
        said += stripVTControlCharacters(String(text));
        if (ready?.test(said)) resolve();
      });
    }
    if (!ready) resolve();
    ended.then((code) => fail(`ended with ${code}`)).finally(() => clearTimeout(limit));
  }).catch((error) => {
    child.kill('SIGKILL');
    throw error;
  });
  return {
    said: () => said,
    /** Waits until something takes connections on a port. */
    async listening(port) {
      const end = AbortSignal.timeout(ms);
      let over = false;
      ended.then(() => { over = true; });
      while (!await takesConnections(port)) {
        if (over || end.aborted) throw new Error(`nothing listens on ${port}:\n${said.slice(-SHOWN)}`);
        await new Promise((resolve) => { setTimeout(resolve, 20); });
      }
    },
    async stop() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

function takesConnections(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => { socket.destroy(); resolve(true); });
    socket.once('error', () => resolve(false));
  });
}

// Here, because within a test it would be that test's own end.
let temporary;
after(() => temporary && rm(temporary, { recursive: true, force: true }));

let opened;
/** The workshop, set up at its first use. */
export const workshop = () => (opened ??= open());

async function open() {
  const tarball = process.env.PACKAGE_TARBALL || await build();
  const folder = process.env.CONSUMERS_DIR || (temporary = await mkdtemp(join(tmpdir(), 'consumers-')));
  await install(folder, tarball);
  const modules = join(folder, 'node_modules');
  return {
    tarball,
    package: join(modules, PACKAGE),
    /** A project's own copy, with the shop every project has. */
    async project(name, as = name) {
      const copy = join(folder, as);
      await rm(copy, { recursive: true, force: true });
      await cp(join(HERE, 'projects', name), copy, { recursive: true });
      await cp(join(HERE, 'projects/shop.js'), join(copy, 'shop.js'));
      return copy;
    },
    /** A runtime's program, out of the package for this machine; an install script may have moved it into the main one. */
    async binary(name, scope, path) {
      const platforms = (await readdir(join(modules, scope))).map((platform) => join(modules, scope, platform, path));
      for (const program of [...platforms, join(modules, name, `${path}.exe`)]) {
        if (await run(program, ['--version']).then(() => true, () => false)) return program;
      }
      throw new Error(`no program of ${name} runs here`);
    },
    /** A tool's program: a script for Node or not, so it is run by itself. */
    async tool(name, command = name) {
      const { bin } = JSON.parse(await readFile(join(modules, name, 'package.json'), 'utf8'));
      return join(modules, name, typeof bin === 'string' ? bin : bin[command]);
    },
  };
}

/** The package, where nobody has built it for us. */
async function build() {
  await run('cargo', ['xtask', 'build'], { cwd: ROOT, ms: 30 * MINUTE });
  const { stdout } = await run('cargo', ['metadata', '--format-version', '1', '--no-deps', '--offline'], { cwd: ROOT });
  const packed = join(JSON.parse(stdout).target_directory, 'package');
  const tarball = (await readdir(packed)).find((name) => name.endsWith('.tgz'));
  return join(packed, tarball);
}

async function install(folder, tarball) {
  const manifest = JSON.parse(await readFile(join(HERE, 'package.json'), 'utf8'));
  manifest.dependencies = { [PACKAGE]: `file:${tarball}` };
  // Vite gives out files of a folder above only where that folder is a workspace.
  manifest.workspaces = [];
  const lock = await readFile(join(HERE, 'package-lock.json'));
  const wanted = createHash('sha256').update(JSON.stringify(manifest)).update(lock).update(await readFile(tarball)).digest('hex');
  const stamp = join(folder, 'node_modules/.installed');
  if (await readFile(stamp, 'utf8').catch(() => '') === wanted) return;

  await mkdir(folder, { recursive: true });
  await rm(stamp, { force: true });
  // npm keeps what has the version it wants, and a rebuilt package has the version of the one before.
  await rm(join(folder, 'node_modules', PACKAGE), { recursive: true, force: true });
  await rm(join(folder, 'node_modules/.package-lock.json'), { force: true });
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
  await writeFile(join(folder, 'package-lock.json'), lock);
  // Not `npm ci`: it refuses where a registry lacks the compiler of another platform.
  await run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline'], { cwd: folder, ms: 10 * MINUTE });
  await writeFile(stamp, wanted);
}
