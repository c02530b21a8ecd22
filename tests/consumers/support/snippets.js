// The code of docs/bff.md, by the file name in its first line: what the page shows is what is tested.

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const PAGE = new URL('../../../docs/bff.md', import.meta.url);

/** @param {string} name */
export async function snippet(name) {
  const blocks = (await readFile(PAGE, 'utf8')).matchAll(/^```js\n\/\/ (\S+)\n([\s\S]*?)^```$/gmu);
  for (const [, file, code] of blocks) if (file === name) return `// ${file}\n${code}`;
  throw new Error(`docs/bff.md has no code that begins with "// ${name}"`);
}

/** @param {string} name @param {string} folder where it goes under its own name */
export async function writeSnippet(name, folder) {
  const file = join(folder, name);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, await snippet(name));
}
