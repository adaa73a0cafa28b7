import { useEffect, useEffectEvent, type RefObject } from 'react';

import { actionOf, type Action, type Around } from './logic/keymap';

const TV = '(min-width: 1600px) and (pointer: none), (min-width: 1600px) and (hover: none)';
const FOCUSABLE = 'button:not([disabled]), a[href], input, [tabindex="0"]';

function placeOf(target: EventTarget | null): Around['on'] {
  if (!(target instanceof Element)) return 'page';
  if (target.closest('[data-panel]')) return 'panel';
  if (target.closest('input[type=range], [role=slider]')) return 'range';
  return target.closest('button, a[href], input, select, textarea') ? 'button' : 'page';
}

/** Move the focus as a remote control does: along a row, or to the row above or below. */
function moveFocus(root: HTMLElement, dx: number, dy: number): void {
  const rows = Array.from(root.querySelectorAll<HTMLElement>('[data-row]'));
  const active = document.activeElement;
  const row = rows.findIndex((each) => each.contains(active));
  const inside = (each: HTMLElement | undefined) =>
    each
      ? each.matches(FOCUSABLE)
        ? [each]
        : Array.from(each.querySelectorAll<HTMLElement>(FOCUSABLE))
      : [];
  if (row === -1) {
    root.querySelector<HTMLElement>('[data-main]')?.focus();
  } else if (dx !== 0) {
    const all = inside(rows[row]);
    all[all.indexOf(active as HTMLElement) + dx]?.focus();
  } else {
    const next = inside(rows[row + dy]);
    (next.find((each) => each.matches('[data-main]')) ?? next[0])?.focus();
  }
}

/** The keys of the player, wherever on the page the focus is. */
export function useKeys(
  root: RefObject<HTMLElement | null>,
  {
    shortcuts,
    onWake,
    onAction,
  }: { shortcuts: boolean; onWake: () => void; onAction: (action: Action) => void },
): void {
  const press = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || document.querySelector('dialog[open]')) return;
    onWake();
    const around = { on: placeOf(event.target), shortcuts, isTv: matchMedia(TV).matches };
    const action = actionOf(event, around);
    if (!action) return;
    if (action.do !== 'close') event.preventDefault();
    if (action.do === 'move') {
      if (root.current) moveFocus(root.current, action.dx, action.dy);
    } else onAction(action);
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => press(event);
    document.addEventListener('keydown', onKey);
    return () => {
      document.removeEventListener('keydown', onKey);
    };
  }, []);
}
