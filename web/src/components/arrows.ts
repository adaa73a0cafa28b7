/**
 * Arrow keys through a page, as a television's remote sends them: left and right along a group (a rail, the buttons of
 * the hero, the masthead), up and down from group to group, coming back to where one was.
 */
const GROUP = '[data-arrows]';
const FOCUSABLE = 'a[href], button:not(:disabled), select, [tabindex="0"]';
const OWN_ARROWS =
  'input, textarea, select, video, dialog, [role=menu], [role=listbox], [role=slider], [role=tablist], [role=radiogroup], table';

/** Whether the screen is a television's: wide, and nothing to point with. */
export function isTelevision(): boolean {
  return matchMedia('(min-width: 1600px) and (hover: none)').matches;
}

/** Whether somebody asked for less motion. */
export function isCalm(): boolean {
  return matchMedia('(prefers-reduced-motion: reduce)').matches;
}

/** What can be focused in a group, one a card, in order. */
function stopsOf(group: Element): HTMLElement[] {
  const cards = group.matches('ul, ol') ? Array.from(group.children) : [];
  if (cards.length > 0) return cards.flatMap((card) => card.querySelector<HTMLElement>(FOCUSABLE) ?? []);
  return Array.from(group.querySelectorAll<HTMLElement>(FOCUSABLE)).filter(
    (each) => each.offsetParent !== null,
  );
}

/** Give the Tab key one card of a list: the one that was focused last. */
export function rove(list: Element, current?: Element | null): void {
  const cards = Array.from(list.children);
  const chosen = current ?? cards.find((card) => card.hasAttribute('data-last')) ?? cards[0];
  for (const card of cards) {
    card.toggleAttribute('data-last', card === chosen);
    for (const stop of card.querySelectorAll<HTMLElement>(
      FOCUSABLE.replace('[tabindex="0"]', '[tabindex]'),
    )) {
      stop.tabIndex = card === chosen ? 0 : -1;
    }
  }
}

function focusOn(stop: HTMLElement | undefined): boolean {
  if (!stop) return false;
  stop.focus({ preventScroll: true });
  const whole = stop.closest('li') ?? stop;
  whole.scrollIntoView({ block: 'nearest', inline: 'nearest', behavior: isCalm() ? 'auto' : 'smooth' });
  return true;
}

function entryOf(group: Element): HTMLElement | undefined {
  return (
    group.querySelector<HTMLElement>('[data-last]')?.querySelector<HTMLElement>(FOCUSABLE) ??
    stopsOf(group)[0]
  );
}

function along(group: Element, active: Element, key: string): boolean {
  const stops = stopsOf(group);
  const card = active.closest('li');
  const at = stops.findIndex((stop) => stop === active || (group.matches('ul, ol') && card?.contains(stop)));
  const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: stops.length - 1 }[key];
  return to === undefined ? false : focusOn(stops[to]);
}

function across(group: Element, way: 1 | -1): boolean {
  const groups = Array.from(document.querySelectorAll<HTMLElement>(GROUP)).filter(
    (each) => stopsOf(each).length > 0,
  );
  const next = groups[groups.indexOf(group as HTMLElement) + way];
  return next ? focusOn(entryOf(next)) : false;
}

/** The lines of a programme stand under one another: down and up go along them. */
function keyIn(group: Element, key: string): string {
  if (!group.matches('ol')) return key;
  return { ArrowDown: 'ArrowRight', ArrowUp: 'ArrowLeft', Home: 'Home', End: 'End' }[key] ?? '';
}

/** A remote that points at nothing begins with the first thing on the page. */
function begin(key: string): boolean {
  const first = document.querySelector(`main ${GROUP}`);
  return key.startsWith('Arrow') && isTelevision() && first !== null && focusOn(entryOf(first));
}

function go(active: Element, key: string): boolean {
  const group = active.closest(GROUP);
  if (!group) return begin(key);
  if (along(group, active, keyIn(group, key))) return true;
  const way = { ArrowDown: 1, ArrowUp: -1 }[key];
  return way !== undefined && across(group, way as 1 | -1);
}

/** Move by an arrow key, where the page knows where to. */
export function onArrow(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const active = document.activeElement;
  if (active && !active.closest(OWN_ARROWS) && go(active, event.key)) event.preventDefault();
}
