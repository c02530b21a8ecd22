// Writes a page of docs/ as HTML, so that a link can lead to a heading of it: headings, paragraphs, lists, tables, code, bold and
// links, which is all that docs/errors.md has.

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** The anchor of a heading, as every reader of Markdown makes it. */
const anchor = (heading) => heading.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, '').trim().replaceAll(' ', '-');

/** The words of a line; what is in backticks stays as it is. */
const words = (line) => line.split(/(`[^`]+`)/).map((part, at) => (at % 2 ? `<code>${escaped(part.slice(1, -1))}</code>` : escaped(part))).join('')
  .replace(/\[([^\]]+)\]\(([^)]+)\)/g, '<a href="$2">$1</a>')
  .replace(/\*\*(.+?)\*\*/g, '<strong>$1</strong>');

const row = (line, cell) => `<tr>${line.split('|').slice(1, -1).map((text) => `<${cell}>${words(text.trim())}</${cell}>`).join('')}</tr>`;

function block(text) {
  const lines = text.split('\n');
  const [, marks, heading] = /^(#+) (.+)$/.exec(lines[0]) ?? [];
  if (heading) return `<h${marks.length} id="${anchor(heading)}">${words(heading)}</h${marks.length}>`;
  if (lines[0].startsWith('|')) return `<table>${row(lines[0], 'th')}${lines.slice(2).map((line) => row(line, 'td')).join('\n')}</table>`;
  // A line that is not an item of its own goes on with the one before it.
  if (lines[0].startsWith('- ')) return `<ul>${text.slice(2).split(/\n- /).map((item) => `<li>${words(item.replace(/\n\s*/g, ' '))}</li>`).join('\n')}</ul>`;
  return `<p>${words(lines.join(' '))}</p>`;
}

/**
 * @param {string} markdown
 * @returns {string} a page that needs nothing else
 */
export function page(markdown) {
  const blocks = markdown.replace(/<!--[^]*?-->/g, '').split(/\n{2,}/).map((text) => text.trim()).filter(Boolean);
  const title = /^# (.+)$/m.exec(markdown)[1];
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escaped(title)}</title>
<style>body{font:1rem/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;overflow-wrap:break-word}table{border-collapse:collapse}td,th{border:1px solid #999;padding:.25rem .5rem;text-align:start;vertical-align:top}:target{background:#fe9}</style>
${blocks.map(block).join('\n')}
</html>
`;
}
