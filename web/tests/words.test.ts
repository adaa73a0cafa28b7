import { describe, expect, it } from 'vitest';

import { worded } from '../scripts/words.mjs';

const INDEX = `<html data-page-front="/assets/page.js /assets/page.css" lang="en" data-theme="soiree"><head><title>Cinoche</title>
<script type="module" crossorigin src="/assets/index.js"></script>
<link rel="modulepreload" crossorigin href="/assets/react.js"></head><body><div id="cinoche"></div></body></html>`;
const page = worded(INDEX, {
  name: 'front',
  language: 'fr',
  title: 'Des films',
  markup:
    '<h1>Nommez un film.</h1><script>1</script><form class="x"><input name="a"><button>Aller</button></form>',
});

describe('a page that comes with its words', () => {
  it('says its heading, its name and its language', () => {
    expect(page).toContain('<div id="cinoche"><h1>Nommez un film.</h1>');
    expect(page).toContain('<title>Des films</title>');
    expect(page).toMatch(/<html [^>]*lang="fr"/);
  });

  it('has its styles, and none of its scripts runs before it is painted', () => {
    expect(page).toContain('<link rel="stylesheet" href="/assets/page.css" />');
    expect(page).not.toMatch(/<script/);
    expect(page).toContain('data-start="/assets/index.js"');
    expect(page.match(/modulepreload" crossorigin fetchpriority="low"/g)).toHaveLength(2);
  });

  it('sends nothing away before its script is there', () => {
    for (const each of ['form', 'input', 'button']) expect(page).toContain(`<${each} inert=""`);
  });

  it('is not made of a page that has no script', () => {
    expect(() =>
      worded('<html lang="en"></html>', { name: 'front', language: 'fr', title: '', markup: '' }),
    ).toThrow('no script');
  });
});
