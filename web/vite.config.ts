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

/** Tells the page the files of each language, and of the player: the browser fetches them before they are imported. */
function bootLanguages(): Plugin {
  return {
    name: 'cinoche-boot-languages',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(html, { bundle }) {
        const files = Object.values(bundle ?? {}).filter((each) => each.type === 'chunk');
        const of = (language: string) =>
          files.find((each) => each.facadeModuleId?.endsWith(`/lib/messages/${language}.ts`))?.fileName ?? '';
        const player = partsOf(files, '/features/player/page.tsx').join(' ');
        return html.replace(
          '<html ',
          `<html data-messages-en="/${of('en')}" data-messages-fr="/${of('fr')}" data-player="${player}" `,
        );
      },
    },
  };
}

export default defineConfig({
  plugins: [messages(), react(), tailwindcss(), bootLanguages()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  build: {
    outDir: '../src/cinoche/web/dist',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    cssMinify: true,
    modulePreload: { polyfill: false },
    rollupOptions: {
      output: {
        manualChunks(id) {
          if (id.includes('/node_modules/shaka-player/')) return 'shaka';
          if (id.includes('/node_modules/tus-js-client/')) return 'tus';
          if (/\/node_modules\/(react|react-dom|scheduler)\//.test(id)) return 'react';
          if (id.includes('/node_modules/@tanstack/')) return 'tanstack';
          return undefined;
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
});
