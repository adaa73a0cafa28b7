/** Which titles the table shows, as the address of the page says it. */
import type { TitleFilter } from './queries';

export const KINDS = ['film', 'series', 'season', 'episode'] as const;
export const MEDIA_STATES = ['none', 'queued', 'watchable', 'ready', 'failed'] as const;
export const SORTS = ['name', 'year', 'plays', 'updated'] as const;

const oneOf = <T extends string>(known: readonly T[], value: unknown): T | undefined =>
  known.find((each) => each === value);

/** The filter that an address asks for; what makes no sense is left out. */
export function filterOf(search: Record<string, unknown>): TitleFilter {
  const { q, genre, withdrawn } = search;
  const [kind, media, sort] = [
    oneOf(KINDS, search.kind),
    oneOf(MEDIA_STATES, search.media),
    oneOf(SORTS, search.sort),
  ];
  return {
    ...(typeof q === 'string' || typeof q === 'number' ? { q: String(q).slice(0, 200) } : {}),
    ...(typeof genre === 'string' && genre ? { genre } : {}),
    ...(kind ? { kind } : {}),
    ...(media ? { media } : {}),
    ...(typeof withdrawn === 'boolean' ? { withdrawn } : {}),
    ...(sort ? { sort } : {}),
  };
}
