/**
 * Write the pages that come with their words beside the built site: `node scripts/words.mjs DIST WRITER`, where WRITER is
 * the build of `src/app/words.tsx` for Node. Scripts stay out of the way of the first paint: `boot.js` starts them after
 * it, and what is to be typed into or pressed waits for them.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

import { LANGUAGES } from './messages.mjs';

/** Put the words of a page into the page without words. */
export function worded(index, { name, language, title, markup }) {
  const styles = stylesOf(index, name).map((file) => `<link rel="stylesheet" href="${file}" />`);
  const [tag, entry] = /<script type="module"[^>]* src="([^"]+)"><\/script>/.exec(index) ?? [];
  if (!tag) throw new Error('The built page has no script: its words would stay alone.');
  return index
    .replace(tag, `<link rel="modulepreload" crossorigin fetchpriority="low" href="${entry}">`)
    .replaceAll(
      '<link rel="modulepreload" crossorigin href',
      '<link rel="modulepreload" crossorigin fetchpriority="low" href',
    )
    .replace(/<html ([^>]*)lang="en"/, `<html $1lang="${language}" data-words="own" data-start="${entry}"`)
    .replace(/<title>[^<]*<\/title>/, `<title>${title}</title>`)
    .replace(
      '</head>',
      `${styles.join('')}<noscript><link rel="stylesheet" href="/noscript.css" /></noscript></head>`,
    )
    .replace('<div id="cinoche"></div>', `<div id="cinoche">${inert(markup)}</div>`);
}

/** What takes words or a press does so only once the script is there: a form would send itself away. */
function inert(markup) {
  return markup
    .replace(/<script\b[^>]*>.*?<\/script>/gs, '')
    .replace(/<(form|input|button)(?=[ >])/g, '<$1 inert=""');
}

function stylesOf(index, name) {
  const files = new RegExp(`data-page-${name}="([^"]*)"`).exec(index)?.[1]?.split(' ') ?? [];
  return files.filter((file) => file.endsWith('.css'));
}

async function main([dist, writer]) {
  const index = readFileSync(join(dist, 'index.html'), 'utf8');
  const { WRITTEN, write } = await import(pathToFileURL(resolve(writer)).href);
  for (const name of Object.keys(WRITTEN))
    for (const language of LANGUAGES) {
      const written = await write(name, language);
      writeFileSync(join(dist, `${name}.${language}.html`), worded(index, { name, language, ...written }));
    }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await main(process.argv.slice(2));
  // The page's own timers would keep the process for minutes.
  process.exit();
}
