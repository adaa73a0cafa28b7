/**
 * Taking a title out of the history cannot be taken back once the server did it, so it is asked a moment later: until
 * then its line stays, with a way back. Leaving the page asks at once.
 */
import { useCallback, useEffect, useRef, useState } from 'react';

import { api } from '@/lib/api';
import { t } from '@/lib/i18n';
import { pagesAreOld } from '@/lib/moves';
import { queryClient } from '@/lib/query';
import { notify } from '@/lib/toast';
import { stateQuery } from '@/lib/viewing';

const STAYS_MS = 8000;

export type Removal = 'waiting' | 'done';

/** What becomes of the titles that were taken out. */
export function useRemovals(profileId: string) {
  const [removals, setRemovals] = useState<ReadonlyMap<string, Removal>>(new Map());
  const timers = useRef(new Map<string, ReturnType<typeof setInterval>>());
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
          notify(t('history.notRemoved'));
        });
    },
    [profileId, set],
  );
  const wait = (titleId: string) => {
    const timer = setInterval(() => {
      const line = document.querySelector(`[data-removed="${titleId}"]`);
      if (line?.matches(':hover, :has(:focus-visible)')) return;
      clearInterval(timer);
      ask(titleId);
    }, STAYS_MS);
    timers.current.set(titleId, timer);
  };
  useEffect(() => {
    const waiting = timers.current;
    const askAll = () => {
      for (const [titleId, timer] of waiting) {
        clearInterval(timer);
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
      wait(titleId);
    },
    undo: (titleId: string) => {
      clearInterval(timers.current.get(titleId));
      timers.current.delete(titleId);
      set(titleId, null);
    },
    forget: () => {
      timers.current.forEach(clearInterval);
      timers.current.clear();
      setRemovals(new Map());
    },
  };
}
