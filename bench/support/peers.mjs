// Writes each peer's schemas from shapes.mjs, as a developer would write them by hand, into bench/.peers.

import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { shapes } from './shapes.mjs';

const DECIMAL = String.raw`^-?\d+(\.\d+)?$`;
const folder = new URL('../.peers/', import.meta.url);

/** The path of a written file. */
export const peerFile = (name) => fileURLToPath(new URL(name, folder));

/** Fields with their names and whether they may be missing. */
function fieldsOf(shape) {
  return Object.entries(shape.object).map(([name, of]) => {
    const kind = typeof of === 'string' ? of.replace('?', '') : of;
    return { name: name.replace('?', ''), of: kind, optional: name.endsWith('?') || (typeof of === 'string' && of.endsWith('?')) };
  });
}

/** A schema as source text, by a library's own words. */
function source(shape, words) {
  if (typeof shape === 'string') return words[shape];
  if (shape.list) return words.list(source(shape.list, words));
  const members = fieldsOf(shape).map(({ name, of, optional }) => {
    const type = source(of, words);
    return words.member ? words.member(name, type, optional) : `${name}: ${optional ? words.nullish(type) : type}`;
  });
  return words.object(members);
}

const zod = {
  word: 'z.string().min(1)', text: 'z.string()', decimal: 'z.string().regex(DECIMAL)', time: 'z.union([z.string(), z.number()])',
  bool: 'z.boolean()', any: 'z.unknown()',
  list: (of) => `z.array(${of})`, object: (members) => `z.object({ ${members.join(', ')} })`, nullish: (of) => `${of}.nullish()`,
};
const zodMini = {
  ...zod, word: 'z.string().check(z.minLength(1))', decimal: 'z.string().check(z.regex(DECIMAL))', nullish: (of) => `z.nullish(${of})`,
};
const valibot = {
  word: 'v.pipe(v.string(), v.minLength(1))', text: 'v.string()', decimal: 'v.pipe(v.string(), v.regex(DECIMAL))',
  time: 'v.union([v.string(), v.number()])', bool: 'v.boolean()', any: 'v.unknown()',
  list: (of) => `v.array(${of})`, object: (members) => `v.object({ ${members.join(', ')} })`, nullish: (of) => `v.nullish(${of})`,
};
const typescript = {
  word: "string & tags.MinLength<1>", text: 'string', decimal: 'string & tags.Pattern<"^-?\\\\d+(\\\\.\\\\d+)?$">', time: 'string | number',
  bool: 'boolean', any: 'unknown', list: (of) => `Array<${of}>`, object: (members) => `{ ${members.join('; ')} }`,
  member: (name, type, optional) => `${name}${optional ? '?' : ''}: ${type}${optional ? ' | null' : ''}`,
};

/** JSON Schema, for ajv. */
function jsonSchema(shape) {
  switch (shape) {
    case 'word': return { type: 'string', minLength: 1 };
    case 'text': return { type: 'string' };
    case 'decimal': return { type: 'string', pattern: DECIMAL };
    case 'time': return { type: ['string', 'number'] };
    case 'bool': return { type: 'boolean' };
    case 'any': return {};
  }
  if (shape.list) return { type: 'array', items: jsonSchema(shape.list) };
  const properties = {};
  const required = [];
  for (const { name, of, optional } of fieldsOf(shape)) {
    const schema = jsonSchema(of);
    properties[name] = optional && schema.type ? { ...schema, type: [schema.type, 'null'].flat() } : schema;
    if (!optional) required.push(name);
  }
  return { type: 'object', properties, required };
}

const names = Object.keys(shapes);
const exported = (words) => names.map((name) => `export const ${name} = ${source(shapes[name], words)};`).join('\n');
const decimal = `const DECIMAL = /${DECIMAL}/;`;

/** Writes them all; not again what is there from the same description. */
export async function writePeers() {
  const wanted = JSON.stringify(shapes) + readFileSync(fileURLToPath(import.meta.url), 'utf8');
  const stamp = new URL('written-from.txt', folder);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const write = (name, text) => writeFileSync(new URL(name, folder), `${text}\n`);
  write('zod.mjs', `import * as z from 'zod';\n${decimal}\n${exported(zod)}`);
  write('zod-mini.mjs', `import * as z from 'zod/mini';\n${decimal}\n${exported(zodMini)}`);
  write('valibot.mjs', `import * as v from 'valibot';\n${decimal}\n${exported(valibot)}`);
  await writeAjv(write);
  await writeTypia(write);
  writeFileSync(stamp, wanted);
}

async function writeAjv(write) {
  const require = createRequire(import.meta.url);
  const { default: Ajv } = require('ajv');
  const { default: standaloneCode } = require('ajv/dist/standalone');
  const ajv = new Ajv({ code: { source: true, esm: true, lines: false }, allowUnionTypes: true });
  for (const name of names) ajv.addSchema(jsonSchema(shapes[name]), name);
  const code = standaloneCode(ajv, Object.fromEntries(names.map((name) => [name, name])));
  write('ajv.mjs', `import { createRequire as makeRequire } from 'node:module';\nconst require = makeRequire(import.meta.url);\n${code}`);
  // Bundled for a browser, its one helper is resolved by the bundler.
  write('ajv-browser.mjs', code);
}

/** typia replaces `createIs<T>()` while TypeScript compiles; 12 is the last with a transformer in JavaScript. */
async function writeTypia(write) {
  const types = names.map((name) => `export const ${name} = typia.createIs<${source(shapes[name], typescript)}>();`).join('\n');
  write('typia.ts', `import typia, { tags } from 'typia';\n${types}`);
  const { default: ts } = await import('typescript');
  const { default: transform } = createRequire(import.meta.url)('typia/lib/transform');
  const options = {
    target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler,
    strict: true, skipLibCheck: true, types: [], noEmit: false,
  };
  const program = ts.createProgram([peerFile('typia.ts')], options);
  const diagnostics = [];
  program.emit(undefined, (name, text) => write('typia.mjs', text), undefined, false, {
    before: [transform(program, undefined, { addDiagnostic: (diagnostic) => diagnostics.push(diagnostic) })],
  });
  if (diagnostics.length > 0) throw new Error(`typia: ${ts.flattenDiagnosticMessageText(diagnostics[0].messageText, '\n')}`);
}
