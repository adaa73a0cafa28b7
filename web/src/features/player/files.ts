/** The small text files beside a film. */
import { queryOptions } from '@tanstack/react-query';

import { readTiles } from './logic/trickplay';
import { readCues } from './logic/webvtt';

async function textOf(url: string, signal: AbortSignal): Promise<string> {
  const response = await fetch(url, { signal });
  if (!response.ok) throw new Error(`${response.status}`);
  return response.text();
}

/** The subtitles of a track. */
export const cuesQuery = (url: string) =>
  queryOptions({
    queryKey: ['cues', url],
    staleTime: Infinity,
    gcTime: 0,
    queryFn: async ({ signal }) => readCues(await textOf(url, signal)),
  });

/** The small pictures over the scrubber. */
export const tilesQuery = (url: string) =>
  queryOptions({
    queryKey: ['tiles', url],
    staleTime: Infinity,
    gcTime: 0,
    queryFn: async ({ signal }) => readTiles(await textOf(url, signal), new URL(url, document.baseURI).href),
  });
