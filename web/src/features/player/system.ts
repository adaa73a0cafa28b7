/** The player in the hands of the system: media keys, lock screen, and a screen that stays on. */
import { wideOf } from '@/components/Poster';

import type { PlaySession } from './begin';

interface Hands {
  play: () => void;
  pause: () => void;
  seekBy: (seconds: number) => void;
  seekTo: (seconds: number) => void;
  next: (() => void) | null;
}

const STEP_S = 10;

/** Who made a title, or which series it is of: one line under its name. */
export function creditOf({ title, series }: PlaySession): string {
  if (series) return series.name;
  const { directors } = title as { directors?: string[] };
  return [directors?.join(', '), title.year].filter(Boolean).join(', ');
}

/** Tell the system what plays, and take its keys; the answer gives both back. */
export function announce(session: PlaySession, hands: Hands): () => void {
  const { mediaSession } = navigator as { mediaSession?: MediaSession };
  if (!mediaSession) return () => undefined;
  const image = session.poster
    ? { src: session.poster, type: 'image/jpeg' }
    : { src: wideOf(session.title.poster), type: 'image/svg+xml' };
  mediaSession.metadata = new MediaMetadata({
    title: session.title.name,
    artist: creditOf(session),
    artwork: [image],
  });
  const handlers: [MediaSessionAction, MediaSessionActionHandler | null][] = [
    ['play', hands.play],
    ['pause', hands.pause],
    ['seekbackward', ({ seekOffset }) => hands.seekBy(-(seekOffset ?? STEP_S))],
    ['seekforward', ({ seekOffset }) => hands.seekBy(seekOffset ?? STEP_S)],
    ['seekto', ({ seekTime }) => hands.seekTo(seekTime ?? 0)],
    ['nexttrack', hands.next],
  ];
  for (const [action, handler] of handlers) setHandler(mediaSession, action, handler);
  return () => {
    mediaSession.metadata = null;
    mediaSession.playbackState = 'none';
    for (const [action] of handlers) setHandler(mediaSession, action, null);
  };
}

function setHandler(
  mediaSession: MediaSession,
  action: MediaSessionAction,
  handler: MediaSessionActionHandler | null,
): void {
  try {
    mediaSession.setActionHandler(action, handler);
  } catch {
    // A browser that does not know this action shows no key for it.
  }
}

/** Tell the system where the film is. */
export function announcePlace(video: HTMLVideoElement): void {
  const { mediaSession } = navigator as { mediaSession?: MediaSession };
  if (!mediaSession || !Number.isFinite(video.duration) || video.duration <= 0) return;
  mediaSession.playbackState = video.paused ? 'paused' : 'playing';
  mediaSession.setPositionState({
    duration: video.duration,
    position: Math.min(video.currentTime, video.duration),
    playbackRate: video.playbackRate || 1,
  });
}

/** Keeps the screen on while a video plays; the answer lets it go off again. */
export function keepAwake(video: HTMLVideoElement): () => void {
  const { wakeLock } = navigator as { wakeLock?: WakeLock };
  if (!wakeLock) return () => undefined;
  let lock: WakeLockSentinel | null = null;
  const listening = new AbortController();
  const update = async () => {
    const isWanted = !video.paused && document.visibilityState === 'visible' && !listening.signal.aborted;
    if (isWanted && (!lock || lock.released)) lock = await wakeLock.request('screen').catch(() => null);
    else if (!isWanted) await lock?.release();
  };
  const { signal } = listening;
  for (const name of ['playing', 'pause', 'ended'])
    video.addEventListener(name, () => void update(), { signal });
  document.addEventListener('visibilitychange', () => void update(), { signal });
  return () => {
    listening.abort();
    void update();
  };
}
