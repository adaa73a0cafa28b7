/**
 * Films on their way to the server (tus). They go on while one walks about the Studio; after a cut they take up where
 * they were by themselves, after a reload as soon as the same file is chosen for the same title again.
 */
import { useSyncExternalStore } from 'react';
import * as tus from 'tus-js-client';

import { cookie } from '@/lib/api';

import { Pace } from './pace';
import { refreshMedia } from './queries';

export type SendState = 'sending' | 'cut' | 'paused' | 'sent' | 'failed';
export type SendTrouble = 'offline' | 'working' | 'large' | 'room' | 'signedOut' | 'refused';

export interface Sending {
  id: number;
  titleId: string;
  titleName: string;
  fileName: string;
  size: number;
  sent: number;
  state: SendState;
  bytesPerS: number | null;
  restS: number | null;
  jobId: string | null;
  trouble: { kind: SendTrouble; told: string | null } | null;
}

/** An upload of an earlier visit of which a part has arrived. */
export interface Begun {
  key: string;
  url: string;
  fileName: string;
  titleId: string;
  titleName: string;
  size: number;
}

const ENDPOINT = '/api/v1/studio/uploads';
const PIECE = 8 << 20;
const RETRIES_MS = [0, 1000, 2000, 4000, 8000, 15_000, 30_000, 60_000];
const KEPT_MS = 86_400_000;

let sendings: readonly Sending[] = [];
const works = new Map<number, { upload: tus.Upload; pace: Pace }>();
const listeners = new Set<() => void>();
let count = 0;

function set(next: readonly Sending[]): void {
  sendings = next;
  listeners.forEach((each) => {
    each();
  });
}

function change(id: number, some: Partial<Sending>): void {
  set(sendings.map((each) => (each.id === id ? { ...each, ...some } : each)));
}

/** What is on its way, the newest first. */
export function useSendings(): readonly Sending[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => sendings,
  );
}

const KINDS: Readonly<Record<number, SendTrouble>> = {
  0: 'offline',
  401: 'signedOut',
  409: 'working',
  413: 'large',
  423: 'working',
  503: 'room',
  507: 'room',
};

function statusOf(error: unknown): number {
  return error instanceof tus.DetailedError ? (error.originalResponse?.getStatus() ?? 0) : 0;
}

function troubleOf(error: unknown): NonNullable<Sending['trouble']> {
  const kind = KINDS[statusOf(error)] ?? 'refused';
  const body = error instanceof tus.DetailedError ? error.originalResponse?.getBody() : null;
  try {
    const { detail, remedy } = JSON.parse(body ?? '') as { detail?: string; remedy?: string };
    return { kind, told: [detail, remedy].filter(Boolean).join(' ') || null };
  } catch {
    return { kind, told: null };
  }
}

/** What does not change by itself is not tried again: refusals, but for a piece that another request still writes. */
function isPassing(error: tus.DetailedError): boolean {
  const status = error.originalResponse?.getStatus() ?? 0;
  if (status === 409) return error.originalRequest.getMethod() === 'PATCH';
  return status === 0 || status === 423 || status >= 500;
}

function addCsrf(request: tus.HttpRequest): void {
  const csrf = cookie('cinoche_csrf');
  if (csrf && request.getMethod() !== 'HEAD') request.setHeader('X-CSRF-Token', csrf);
}

/** Begin to send a film for a title, or go on where an earlier visit stopped. */
export async function send(file: File, title: { title_id: string; name: string }): Promise<void> {
  count += 1;
  const [id, pace] = [count, new Pace()];
  const upload = new tus.Upload(file, {
    endpoint: ENDPOINT,
    chunkSize: PIECE,
    retryDelays: RETRIES_MS,
    metadata: { filename: file.name, title_id: title.title_id, title_name: title.name },
    fingerprint: () =>
      Promise.resolve(['cinoche', title.title_id, file.name, file.size, file.lastModified].join('|')),
    removeFingerprintOnSuccess: true,
    onBeforeRequest: addCsrf,
    onProgress: (sent) => {
      pace.note(performance.now(), sent);
      change(id, {
        sent,
        state: 'sending',
        bytesPerS: pace.bytesPerS,
        restS: pace.restS(file.size - sent),
      });
    },
    onShouldRetry: (error) => {
      const again = isPassing(error);
      if (again) {
        pace.forget();
        change(id, { state: 'cut', bytesPerS: null, restS: null });
      }
      return again;
    },
    onError: (error) => {
      change(id, { state: 'failed', trouble: troubleOf(error), bytesPerS: null, restS: null });
    },
    onSuccess: ({ lastResponse }) => {
      const jobId = lastResponse.getHeader('Cinoche-Job') ?? upload.url?.split('/').at(-1) ?? null;
      change(id, { sent: file.size, state: 'sent', jobId, bytesPerS: null, restS: null });
      void refreshMedia();
    },
  });
  works.set(id, { upload, pace });
  const sending: Sending = {
    id,
    titleId: title.title_id,
    titleName: title.name,
    fileName: file.name,
    size: file.size,
    sent: 0,
    state: 'sending',
    bytesPerS: null,
    restS: null,
    jobId: null,
    trouble: null,
  };
  set([sending, ...sendings]);
  const [earlier] = await upload.findPreviousUploads();
  if (earlier) upload.resumeFromPreviousUpload(earlier);
  upload.start();
}

/** Stop sending for now. */
export async function pause(id: number): Promise<void> {
  const work = works.get(id);
  change(id, { state: 'paused', bytesPerS: null, restS: null });
  work?.pace.forget();
  await work?.upload.abort();
}

/** Go on after a pause, or after what stopped it. */
export function goOn(id: number): void {
  change(id, { state: 'sending', trouble: null });
  works.get(id)?.upload.start();
}

/** Give up what is on its way, here and on the server; of one that is sent, only its line goes. */
export async function giveUp(id: number): Promise<void> {
  const work = works.get(id);
  const isSent = sendings.find((each) => each.id === id)?.state === 'sent';
  set(sendings.filter((each) => each.id !== id));
  works.delete(id);
  if (isSent || !work) return;
  await work.upload.abort(work.upload.url !== null).catch(() => undefined);
}

/** The uploads of earlier visits that can be gone on with: those of the last day that are not on their way here. */
export async function begunBefore(): Promise<Begun[]> {
  const all = await tus.defaultOptions.urlStorage.findAllUploads();
  const here = new Set([...works.values()].map(({ upload }) => upload.url));
  return all.flatMap(({ urlStorageKey, uploadUrl, metadata, size, creationTime }) => {
    const { title_id: titleId, title_name: titleName, filename: fileName } = metadata;
    const isOld = Date.now() - Date.parse(creationTime) > KEPT_MS;
    if (!uploadUrl || !titleId || !fileName || isOld || here.has(uploadUrl)) return [];
    return [
      {
        key: urlStorageKey,
        url: uploadUrl,
        titleId,
        fileName,
        titleName: titleName ?? titleId,
        size: size ?? 0,
      },
    ];
  });
}

/** Forget an upload of an earlier visit, here and on the server. */
export async function forget(begun: Begun): Promise<void> {
  await tus.defaultOptions.urlStorage.removeUpload(begun.key);
  await tus.Upload.terminate(begun.url, { onBeforeRequest: addCsrf, retryDelays: null }).catch(
    () => undefined,
  );
}
