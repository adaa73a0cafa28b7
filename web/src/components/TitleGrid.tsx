import './title-grid.css';

import type { KeyboardEvent, ReactNode } from 'react';

import { PosterOutline } from './Poster';

/** Posters in lines: arrow keys go along them and from line to line. */
export function TitleGrid({ label, children }: { label?: string | undefined; children: ReactNode }) {
  return (
    <ul className="title-grid" role="list" aria-label={label} data-arrows onKeyDown={moveAcross}>
      {children}
    </ul>
  );
}

/** The shape of a grid before its titles are known. */
export function GridOutline({ count = 12 }: { count?: number }) {
  return (
    <div className="title-grid" aria-busy="true">
      {Array.from({ length: count }, (_, at) => (
        <div key={at} className="card" aria-hidden>
          <PosterOutline />
          <span className="caption" />
        </div>
      ))}
    </div>
  );
}

function moveAcross(event: KeyboardEvent<HTMLElement>): void {
  const way = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const card = document.activeElement?.closest<HTMLElement>('.card');
  if (way === undefined || !card || event.altKey || event.ctrlKey || event.metaKey) return;
  const next = nearestInLine(card, Array.from(event.currentTarget.children) as HTMLElement[], way);
  const link = next?.querySelector<HTMLElement>('a[href]');
  if (!link) return;
  event.preventDefault();
  link.focus({ preventScroll: true });
  next?.scrollIntoView({ block: 'nearest' });
}

/** The card right over or under another, in the next line of the grid. */
function nearestInLine(
  card: HTMLElement,
  cards: readonly HTMLElement[],
  way: number,
): HTMLElement | undefined {
  const beyond = cards.filter((each) => (each.offsetTop - card.offsetTop) * way > 0);
  const line = beyond.reduce(
    (nearest, each) => Math.min(nearest, Math.abs(each.offsetTop - card.offsetTop)),
    Infinity,
  );
  return beyond
    .filter((each) => Math.abs(each.offsetTop - card.offsetTop) === line)
    .sort(
      (one, other) =>
        Math.abs(one.offsetLeft - card.offsetLeft) - Math.abs(other.offsetLeft - card.offsetLeft),
    )[0];
}
