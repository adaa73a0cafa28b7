/**
 * Taking a title out of the history cannot be taken back once the server did it, so it is asked a moment later: until
 * then its line stays, with a way back. Leaving the page asks at once.
 */
import { useCallback, useEffect, useRef, useState } from 'react';

import { api } from '@/lib/api';
import { pagesAreOld } from '@/lib/moves';
import { queryClient } from '@/lib/query';
import { stateQuery } from '@/lib/viewing';

const STAYS_MS = 8000;

export type Removal = 'waiting' | 'done';

/** What becomes of the titles that were taken out; `failed` is told of those that the server kept. */
export function useRemovals(profileId: string, failed: (titleId: string) => void) {
  const [removals, setRemovals] = useState<ReadonlyMap<string, Removal>>(new Map());
  const timers = useRef(new Map<string, ReturnType<typeof setTimeout>>());
  const set = useCallback((titleId: string, to: Removal | null) => {
    setRemovals((now) => {
      const next = new Map(now);
      if (to) next.set(titleId, to);
      else next.delete(titleId);
      return next;
    });
  }, []);
  const ask = useCallback(
    (titleId: string, keepalive = false) => {
      timers.current.delete(titleId);
      set(titleId, 'done');
      api
        .delete('/profiles/{profile_id}/history/{title_id}', {
          path: { profile_id: profileId, title_id: titleId },
          keepalive,
        })
        .then(() => {
          pagesAreOld();
          void queryClient.invalidateQueries({ queryKey: stateQuery(profileId, titleId).queryKey });
          void queryClient.invalidateQueries({ queryKey: ['history', profileId], refetchType: 'none' });
        })
        .catch(() => {
          set(titleId, null);
          failed(titleId);
        });
    },
    [profileId, set, failed],
  );
  const wait = useCallback(
    (titleId: string) => {
      const line = document.querySelector(`[data-removed="${titleId}"]`);
      const isLooked = line?.matches(':hover, :focus-within') ?? false;
      if (isLooked)
        timers.current.set(
          titleId,
          setTimeout(() => wait(titleId), STAYS_MS),
        );
      else ask(titleId);
    },
    [ask],
  );
  useEffect(() => {
    const waiting = timers.current;
    const askAll = () => {
      for (const [titleId, timer] of waiting) {
        clearTimeout(timer);
        ask(titleId, true);
      }
    };
    addEventListener('pagehide', askAll);
    return () => {
      removeEventListener('pagehide', askAll);
      askAll();
    };
  }, [ask]);
  return {
    removals,
    remove: (titleId: string) => {
      set(titleId, 'waiting');
      timers.current.set(
        titleId,
        setTimeout(() => wait(titleId), STAYS_MS),
      );
    },
    undo: (titleId: string) => {
      clearTimeout(timers.current.get(titleId));
      timers.current.delete(titleId);
      set(titleId, null);
    },
    forget: () => {
      timers.current.forEach(clearTimeout);
      timers.current.clear();
      setRemovals(new Map());
    },
  };
}
