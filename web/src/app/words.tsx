/** Writes pages with their words when the site is built (`scripts/words.mjs`): what a first visit shows before its scripts. */
import { QueryClientProvider } from '@tanstack/react-query';
import { createMemoryHistory, RouterProvider } from '@tanstack/react-router';
import { renderToString } from 'react-dom/server';

import { speak, t, type Language } from '@/lib/i18n';
import { queryClient } from '@/lib/query';

import { router } from './router';

/** The pages that are written, by the name of their file. */
export const WRITTEN = {
  front: { path: '/', title: 'front.title' },
  'sign-in': { path: '/sign-in', title: 'signin.title' },
} as const;

/** A page in a language: the name of its tab, and its markup. */
export async function write(
  name: keyof typeof WRITTEN,
  language: Language,
): Promise<{ title: string; markup: string }> {
  await speak(language);
  const { path, title } = WRITTEN[name];
  router.update({ history: createMemoryHistory({ initialEntries: [path] }) });
  await router.load();
  const markup = renderToString(
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>,
  );
  return { title: `${t(title)} — Cinoche`, markup };
}
