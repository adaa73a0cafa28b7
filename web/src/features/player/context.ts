/** What the parts of the player share. */
import { createContext, use, useSyncExternalStore } from 'react';

import type { PlaySession } from './begin';
import type { WatchState } from './deck';
import type { MediaState } from './media';
import type { Watch } from './watch';

export const WatchContext = createContext<Watch | null>(null);

/** The watching that the page is about. */
export function useWatch(): Watch {
  const watch = use(WatchContext);
  if (!watch) throw new Error('This part of the player needs a WatchContext around it.');
  return watch;
}

/** What is known of it. */
export function useWatchState(): WatchState {
  const watch = useWatch();
  return useSyncExternalStore(watch.subscribe, watch.get);
}

/** What the video is doing. */
export function useMedia(): MediaState {
  const { media } = useWatch();
  return useSyncExternalStore(media.subscribe, media.get);
}

/** How long the film lasts, as the video says, or as the play session did before. */
export function lengthOf({ duration_s }: MediaState, session: PlaySession | null): number {
  return duration_s > 0 ? duration_s : (session?.duration_s ?? 0);
}
