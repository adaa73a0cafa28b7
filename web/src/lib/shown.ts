/** Tells the server which rows were really before somebody's eyes: in batches, and a last one when the page goes. */
import { useEffect, type RefObject } from 'react';

import { api } from './api';

interface Shown {
  kind: string;
  title_ids: string[];
  position: number;
  slate_id: string;
  scorer: string | null;
  profile_id: string;
}

const SEEN_MS = 1000;
const SEND_MS = 5000;
const waiting: object[] = [];
let timer: ReturnType<typeof setTimeout> | undefined;

function send(keepalive = false): void {
  clearTimeout(timer);
  timer = undefined;
  const events = waiting.splice(0, 200);
  if (events.length === 0) return;
  api.post('/events', { body: { events } as never, keepalive }).catch(() => undefined);
}

function tell(data: Shown): void {
  waiting.push({
    id: crypto.randomUUID(),
    source: 'site',
    type: 'row.shown',
    time: new Date().toISOString(),
    data,
  });
  timer ??= setTimeout(send, SEND_MS);
}

addEventListener('pagehide', () => {
  send(true);
});

/** The titles of a row that stand within its rail's view. */
function inView(rail: Element): string[] {
  const box = rail.getBoundingClientRect();
  return Array.from(rail.querySelectorAll<HTMLElement>('[data-title]'))
    .filter((card) => {
      const place = card.getBoundingClientRect();
      return place.left < box.right - place.width / 2 && place.right > box.left + place.width / 2;
    })
    .flatMap((card) => card.dataset.title ?? []);
}

/** Report, once for each slate, the rows in `place` (`[data-row]`) that stayed in view for a second. */
export function useShownRows(
  place: RefObject<HTMLElement | null>,
  slateId: string | undefined,
  factsOf: (row: string) => Omit<Shown, 'title_ids' | 'slate_id'> | null,
): void {
  useEffect(() => {
    if (!place.current || !slateId) return;
    const timers = new Map<Element, ReturnType<typeof setTimeout>>();
    const observer = new IntersectionObserver(
      (entries) => {
        for (const { target, isIntersecting } of entries) {
          clearTimeout(timers.get(target));
          if (!isIntersecting) continue;
          timers.set(
            target,
            setTimeout(() => {
              observer.unobserve(target);
              const facts = factsOf((target as HTMLElement).dataset.row ?? '');
              const ids = inView(target);
              if (facts && ids.length > 0) tell({ ...facts, title_ids: ids, slate_id: slateId });
            }, SEEN_MS),
          );
        }
      },
      { threshold: 0.5 },
    );
    for (const row of place.current.querySelectorAll('[data-row]')) observer.observe(row);
    return () => {
      observer.disconnect();
      timers.forEach(clearTimeout);
    };
  }, [place, slateId, factsOf]);
}
