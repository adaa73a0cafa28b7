/** Arrow keys from the field into the results and back: a line at a time, the way they read. */
import type { KeyboardEvent } from 'react';

/** Move the focus up or down through the results; from the first one up to the field. */
export function moveAlong(event: KeyboardEvent, place: HTMLElement | null): void {
  const way = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const field = place?.querySelector<HTMLInputElement>('input[type=search]');
  if (!place || !field || way === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
  if (document.activeElement?.closest('.title-grid')) return;
  const lines = [field, ...place.querySelectorAll<HTMLElement>('[data-result]')];
  const at = lines.findIndex((each) => each === document.activeElement);
  if (at < 0) return;
  const next = lines[at + way];
  if (!next) return;
  event.preventDefault();
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: 'nearest' });
}
