import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';
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

/** Tells `boot.js` the file of each language, so that the browser fetches the one it needs without waiting. */
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
        return html.replace(
          '<html ',
          `<html data-messages-en="/${of('en')}" data-messages-fr="/${of('fr')}" `,
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
