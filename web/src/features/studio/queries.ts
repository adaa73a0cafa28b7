/** What the Studio asks the server, and how long its answers hold. */
import {
  infiniteQueryOptions,
  keepPreviousData,
  queryOptions,
  useInfiniteQuery,
  useQuery,
} from '@tanstack/react-query';

import { api, type Schemas } from '@/lib/api';
import { queryClient } from '@/lib/query';

import { nearest } from './drafts';

export type Job = Schemas['MediaJob'];
export type JobDetail = Schemas['MediaJobDetail'];
export type Asset = Schemas['MediaAsset'];
export type StudioTitle = Schemas['StudioTitle'];
export type MediaState = StudioTitle['media'];

const BUSY_MS = 1000;
const IDLE_MS = 10_000;
const PAGE = 50;

/** Whether a job still has something to do. */
export function isActive(job: Pick<Job, 'state'>): boolean {
  return job.state === 'queued' || job.state === 'running';
}

const jobsQuery = queryOptions({
  queryKey: ['studio', 'jobs'],
  staleTime: 0,
  queryFn: async ({ signal }) => (await api.get('/studio/jobs', { signal })).items,
  refetchInterval: ({ state }) => (state.data?.some(isActive) ? BUSY_MS : IDLE_MS),
});

/** Every job, the newest first: every second while one is at work, else every ten. */
export function useJobs() {
  return useQuery(jobsQuery);
}

const assetsQuery = queryOptions({
  queryKey: ['studio', 'assets'],
  staleTime: 0,
  queryFn: async ({ signal }) => (await api.get('/studio/media', { signal })).items,
});

/** What can be played; asked again whenever a job moves on (`beat` says where they stand). */
export function useAssets(beat: string) {
  return useQuery({
    ...assetsQuery,
    queryKey: [...assetsQuery.queryKey, beat],
    placeholderData: keepPreviousData,
  });
}

/** One job and its log, every second while it is at work. */
export function useJob(jobId: string) {
  return useQuery({
    queryKey: ['studio', 'job', jobId],
    staleTime: 0,
    queryFn: ({ signal }) => api.get('/studio/jobs/{job_id}', { path: { job_id: jobId }, signal }),
    refetchInterval: ({ state }) => (state.data && !isActive(state.data) ? IDLE_MS : BUSY_MS),
  });
}

/** Ask about the media again, now. */
export function refreshMedia(): Promise<void> {
  return queryClient.invalidateQueries({ queryKey: ['studio'] });
}

export interface TitleFilter {
  q?: string;
  genre?: string;
  kind?: Schemas['Kind'];
  media?: MediaState;
  withdrawn?: boolean;
  sort?: 'name' | 'year' | 'updated' | 'plays';
}

/** The key of every list of titles. */
export const TITLES = ['studio', 'titles'] as const;

const titlesQuery = (filter: TitleFilter) =>
  infiniteQueryOptions({
    queryKey: [...TITLES, filter],
    staleTime: 30_000,
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      api.get('/studio/titles', { query: { ...filter, limit: PAGE, cursor: pageParam }, signal }),
    getNextPageParam: (page) => page.next ?? null,
    placeholderData: keepPreviousData,
  });

/** The titles that a filter lets through, page by page. */
export function useTitles(filter: TitleFilter) {
  return useInfiniteQuery(titlesQuery(filter));
}

/** The few titles that a text finds, to choose one from. */
export function useFound(q: string, kinds: readonly Schemas['Kind'][]) {
  return useQuery({
    queryKey: ['studio', 'found', q],
    enabled: q.trim().length > 0,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) =>
      (await api.get('/studio/titles', { query: { q: q.trim(), limit: 100 }, signal })).items,
    select: (items) =>
      nearest(
        items.filter((each) => kinds.includes(each.kind)),
        q,
      ).slice(0, 8),
  });
}

/** Every genre of the catalogue, by name. */
export function useGenres() {
  return useQuery({
    queryKey: ['genres', 'names'],
    queryFn: async ({ signal }) =>
      (await api.get('/genres', { signal })).items.map((each) => each.genre).sort(),
  });
}

/** How the recommender fares; asked again every minute, as often as it is drawn. */
export function useHealth() {
  return useQuery({
    queryKey: ['studio', 'health'],
    queryFn: ({ signal }) => api.get('/studio/health', { signal }),
    refetchInterval: 60_000,
  });
}

/** The key of the experiments. */
export const EXPERIMENTS = ['studio', 'experiments'] as const;

/** Every experiment and what it has shown. */
export function useExperiments() {
  return useQuery({
    queryKey: EXPERIMENTS,
    queryFn: ({ signal }) => api.get('/studio/experiments', { signal }),
    refetchInterval: 60_000,
  });
}

export interface Asked {
  since: string;
  until: string;
  genre: string | null;
}

/** What was watched in a span of days. */
export function useInsights(asked: Asked) {
  return useQuery({
    queryKey: ['studio', 'insights', asked],
    queryFn: ({ signal }) => api.get('/studio/insights', { query: asked, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: 60_000,
  });
}
