import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { fileURLToPath } from 'node:url';
import type { Plugin, Rollup } from 'vite';
import { defineConfig } from 'vitest/config';

import { compile } from './scripts/messages.mjs';

/** Compiles the messages before anything needs them, and again whenever one changes. */
function messages(): Plugin {
  return {
    name: 'cinoche-messages',
    buildStart: compile,
    configureServer(server) {
      server.watcher.on('change', (file) => {
        if (/messages\.\w+\.json$/.test(file)) compile();
      });
    },
  };
}

/** The files of a page that is loaded when it is opened: its own, those it imports, its styles, and the engine. */
function partsOf(chunks: Rollup.OutputChunk[], page: string): string[] {
  const own = chunks.find((each) => each.facadeModuleId?.endsWith(page));
  if (!own) return [];
  const styles = [...(own.viteMetadata?.importedCss ?? [])];
  const engines = chunks.filter((each) => each.name === 'shaka').map((each) => each.fileName);
  return [own.fileName, ...own.imports, ...engines, ...styles].map((file) => `/${file}`);
}

/** What many pages are made of. */
const PARTS = /\/(src\/(components|lib)|node_modules\/lucide-react)\/(?!messages\/)/;

/** What every page begins with, and what little the front page and the doors have besides. */
const MAIN =
  /\/src\/(app\/main|lib\/(format|genres|page)|components\/Field)\.tsx?$|\/lucide-react\/.*\/(search|user-plus|users)\.m?js$/;

/** What lists of titles are made of: neither the front page nor the doors show any at first. */
const LISTS =
  /\/src\/(components\/(Dialog|PlayLink|Row|TitleCard|TitleGrid|TitleMenu|WhyDialog)\.tsx|lib\/(shown|staged|titles|viewing)\.ts)$/;

/** The pages that people come in by, as `boot.js` names them. */
const FIRST_PAGES = {
  front: '/features/front/page.tsx',
  'sign-in': '/features/signin/page.tsx',
  home: '/features/home/page.tsx',
  title: '/features/title/page.tsx',
};

/** All that a chunk imports at once, and the styles of all of it. */
function filesUnder(chunks: Rollup.OutputChunk[], file: string, found = new Set<string>()): Set<string> {
  const chunk = chunks.find((each) => each.fileName === file);
  if (!chunk || found.has(file)) return found;
  found.add(file);
  for (const style of chunk.viteMetadata?.importedCss ?? []) found.add(style);
  for (const each of chunk.imports) filesUnder(chunks, each, found);
  return found;
}

/** The files that a first page needs besides those that every page begins with. */
function filesOf(chunks: Rollup.OutputChunk[], page: string): string {
  const entry = chunks.find((each) => each.isEntry);
  const own = chunks.find((each) => each.facadeModuleId?.endsWith(page));
  if (!entry || !own) throw new Error(`No chunk of the build is the page ${page}.`);
  const known = filesUnder(chunks, entry.fileName);
  return [...filesUnder(chunks, own.fileName)]
    .filter((file) => !known.has(file))
    .map((file) => `/${file}`)
    .join(' ');
}

/**
 * Tells the page the files of each language, of the pages that people come in by, and of the player: the browser
 * fetches them before they are imported.
 */
function bootFiles(): Plugin {
  return {
    name: 'cinoche-boot-files',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(html, { bundle }) {
        const files = Object.values(bundle ?? {}).filter((each) => each.type === 'chunk');
        const of = (language: string) =>
          files.find((each) => each.facadeModuleId?.endsWith(`/lib/messages/${language}.ts`))?.fileName ?? '';
        const player = partsOf(files, '/features/player/page.tsx').join(' ');
        const pages = Object.entries(FIRST_PAGES)
          .map(([name, page]) => `data-page-${name}="${filesOf(files, page)}"`)
          .join(' ');
        const words = `data-messages-en="/${of('en')}" data-messages-fr="/${of('fr')}"`;
        return html.replace('<html ', `<html ${words} ${pages} data-player="${player}" `);
      },
    },
  };
}

export default defineConfig(({ isSsrBuild }) => ({
  plugins: [messages(), react(), tailwindcss(), bootFiles()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  build: {
    outDir: '../src/cinoche/web/dist',
    emptyOutDir: true,
    copyPublicDir: !isSsrBuild,
    assetsInlineLimit: 0,
    cssMinify: true,
    modulePreload: { polyfill: false },
    rollupOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'shaka', test: /\/node_modules\/shaka-player\//, priority: 3 },
            { name: 'tus', test: /\/node_modules\/tus-js-client\//, priority: 3 },
            { name: 'react', test: /\/node_modules\/(react|react-dom|scheduler)\//, priority: 3 },
            { name: 'tanstack', test: /\/node_modules\/@tanstack\//, priority: 3 },
            // Groups take along all that their modules import: what every page needs is taken first.
            { name: 'main', test: MAIN, priority: 2.5 },
            // A request each for every icon and every part would cost more than what it brings.
            { name: 'parts', test: (id) => PARTS.test(id) && !LISTS.test(id), minShareCount: 2, priority: 2 },
            { name: 'lists', test: LISTS, minShareCount: 2, priority: 1 },
          ],
        },
      },
    },
  },
  server: {
    proxy: {
      '/api': process.env.CINOCHE_SERVER ?? 'http://127.0.0.1:8000',
      '/posters': process.env.CINOCHE_SERVER ?? 'http://127.0.0.1:8000',
    },
  },
  test: { include: ['tests/**/*.test.ts', 'src/**/*.test.ts', 'src/**/*.test.tsx'] },
}));
