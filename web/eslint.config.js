import js from '@eslint/js';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import importX from 'eslint-plugin-import-x';
import reactHooks from 'eslint-plugin-react-hooks';
import { readdirSync } from 'node:fs';
import tseslint from 'typescript-eslint';

const features = readdirSync(new URL('src/features', import.meta.url), { withFileTypes: true })
  .filter((each) => each.isDirectory())
  .map((each) => each.name);

export default tseslint.config(
  { ignores: ['node_modules', 'src/lib/messages', 'src/lib/schema.d.ts'] },
  js.configs.recommended,
  ...tseslint.configs.strict,
  reactHooks.configs.flat['recommended-latest'] ?? reactHooks.configs.flat.recommended,
  {
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver-next': [createTypeScriptImportResolver()] },
    rules: {
      'import-x/no-cycle': 'error',
      'import-x/no-restricted-paths': [
        'error',
        {
          basePath: import.meta.dirname,
          zones: [
            { target: './src/lib', from: ['./src/components', './src/features', './src/app'] },
            { target: './src/components', from: ['./src/features', './src/app'] },
            { target: './src/features', from: './src/app' },
            ...features.map((name) => ({
              target: `./src/features/${name}`,
              from: './src/features',
              except: [`./${name}`],
              message: 'Features are strangers: share through components or lib.',
            })),
          ],
        },
      ],
      'react-hooks/preserve-manual-memoization': 'off',
      complexity: ['error', 12],
      'max-lines': ['error', { max: 400, skipBlankLines: true }],
    },
  },
  {
    // Each `?.` and `??` counts as a branch, and markup has many.
    files: ['**/*.tsx'],
    rules: { complexity: ['error', 16] },
  },
  {
    files: ['**/*.test.ts', '**/*.test.tsx'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  {
    files: ['scripts/**', 'tests/**', '*.js', '*.ts'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly' } },
  },
  {
    files: ['public/**/*.js'],
    languageOptions: {
      globals: Object.fromEntries(
        [
          'self',
          'window',
          'document',
          'localStorage',
          'navigator',
          'matchMedia',
          'caches',
          'fetch',
          'location',
          'requestAnimationFrame',
          'setTimeout',
          'Image',
          'URL',
          'Response',
        ].map((name) => [name, 'readonly']),
      ),
    },
  },
);
