/** Keeps the player near: fetched before it is asked for, where something can be played. */
import { beginPlaySession } from '@/features/player/begin';
import { preloadPlayer } from '@/features/player/preload';
import { learn } from '@/lib/i18n';
import { queryClient } from '@/lib/query';
import { chosenOf, meQuery } from '@/lib/session';

const PLAYS = 'a[href^="/watch/"]';
/** Long enough for a page to be read first: what it needs itself comes before. */
const SETTLED_MS = 2_500;

let isNear = false;

function fetchPlayer(): void {
  if (isNear) return;
  isNear = true;
  preloadPlayer();
  learn('player').catch(() => undefined);
}

function onPointed(event: Event): void {
  if (event.target instanceof Element && event.target.closest(PLAYS)) fetchPlayer();
}

/** Fetch the player when a Play button is pointed at or reached, and when a page that has one has come to rest. */
export function keepPlayerNear(): void {
  for (const kind of ['pointerover', 'pointerdown', 'focusin']) addEventListener(kind, onPointed);
}

/** A page has come; where it offers something to play, the player follows, unless the network is to be spared. */
export function onPage(): void {
  const { connection } = navigator as Navigator & { connection?: { saveData?: boolean } };
  if (isNear || connection?.saveData) return;
  setTimeout(() => {
    if (document.querySelector(PLAYS)) requestIdle(fetchPlayer);
  }, SETTLED_MS);
}

function requestIdle(work: () => void): void {
  if ('requestIdleCallback' in window) window.requestIdleCallback(work);
  else setTimeout(work);
}

/** Ask for a play session while the player's page is still on its way. */
export function beginEarly(titleId: string): void {
  const me = queryClient.getQueryData(meQuery.queryKey);
  const profile = me ? chosenOf(me) : null;
  if (profile) beginPlaySession(profile.profile_id, titleId).catch(() => undefined);
}
