/** Tells the server which rows were really before somebody's eyes: in batches, and a last one when the page hides. */
import { useEffect, type RefObject } from 'react';

import { api, type Schemas } from './api';

/** A row as the server sent it: on which page, and its number there. */
export interface Sent {
  slate: string;
  row: number;
}

type SeenRow = Schemas['SeenRow'];

const SEEN_MS = 1000;
const SEND_MS = 5000;
const MOST_TOLD = 500;
const waiting = new Map<string, { profileId: string; rows: SeenRow[] }>();
const told = new Set<string>();
let timer: ReturnType<typeof setTimeout> | undefined;

function send(keepalive = false): void {
  clearTimeout(timer);
  timer = undefined;
  for (const [slate, { profileId, rows }] of waiting) {
    const path = { profile_id: profileId };
    api
      .post('/profiles/{profile_id}/impressions', { path, body: { slate, rows }, keepalive })
      .catch(() => undefined);
  }
  waiting.clear();
}

function tell(profileId: string, { slate, row }: Sent, position: number, titleIds: string[]): void {
  const key = `${slate} ${row}`;
  if (told.has(key)) return;
  if (told.size >= MOST_TOLD) told.clear();
  told.add(key);
  const batch = waiting.get(slate) ?? { profileId, rows: [] };
  batch.rows.push({ row, position, title_ids: titleIds });
  waiting.set(slate, batch);
  timer ??= setTimeout(send, SEND_MS);
}

addEventListener('pagehide', () => {
  send(true);
});
addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'hidden') send(true);
});

/** The titles of a row that stand within its rail's view. */
function inView(rail: Element): string[] {
  const box = rail.getBoundingClientRect();
  return Array.from(rail.querySelectorAll<HTMLElement>('[data-title]:not(.gone)'))
    .filter((card) => {
      const place = card.getBoundingClientRect();
      return place.left < box.right - place.width / 2 && place.right > box.left + place.width / 2;
    })
    .flatMap((card) => card.dataset.title ?? []);
}

/**
 * Report, once for each page that the server sent, the rows in `place` (`[data-row]`) that stayed in view a second;
 * nothing while no profile is named (until the page is drawn).
 */
export function useShownRows(
  place: RefObject<HTMLElement | null>,
  profileId: string | undefined,
  sentOf: (row: string) => { sent: Sent; position: number } | null,
): void {
  useEffect(() => {
    if (!place.current || !profileId) return;
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
              const row = sentOf((target as HTMLElement).dataset.row ?? '');
              const ids = inView(target);
              if (row && ids.length > 0) tell(profileId, row.sent, row.position, ids);
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
  }, [place, profileId, sentOf]);
}
