/** Writing facts of a title: the tables show it at once, take it back when the server refuses, and can undo it. */
import type { InfiniteData } from '@tanstack/react-query';

import { api, type Schemas } from '@/lib/api';
import { t } from '@/lib/i18n';
import { queryClient } from '@/lib/query';
import { notify } from '@/lib/toast';

import type { Change } from './drafts';
import { TITLES, type StudioTitle } from './queries';

type Pages = InfiniteData<Schemas['StudioTitles']>;

function show(titleId: string, facts: Partial<StudioTitle>): void {
  queryClient.setQueriesData<Pages>(
    { queryKey: TITLES },
    (known) =>
      known && {
        ...known,
        pages: known.pages.map((page) => ({
          ...page,
          items: page.items.map((each) => (each.title_id === titleId ? { ...each, ...facts } : each)),
        })),
      },
  );
}

function shownOf(change: Change): Partial<StudioTitle> {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}

async function write(title: StudioTitle, change: Change): Promise<StudioTitle> {
  show(title.title_id, shownOf(change));
  try {
    const written = await api.patch('/studio/titles/{title_id}', {
      path: { title_id: title.title_id },
      body: change,
    });
    show(title.title_id, written);
    return written;
  } catch (error) {
    show(title.title_id, title);
    throw error;
  }
}

/** Write what changed, and offer to change it back. Throws what the server refuses. */
export async function editTitle(title: StudioTitle, change: Change, back: Change): Promise<void> {
  const written = await write(title, change);
  notify(t('studio.edit.saved', { name: written.name }), () => {
    write(written, back).catch(() => {
      notify(t('studio.edit.notUndone', { name: written.name }));
    });
  });
}
