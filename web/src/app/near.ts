/** Keeps the player near: fetched before it is asked for, where something can be played. */
import { beginPlaySession } from '@/features/player/begin';
import { preloadPlayer } from '@/features/player/preload';
import { learn } from '@/lib/i18n';
import { queryClient } from '@/lib/query';
import { chosenOf, meQuery } from '@/lib/session';

const PLAYS = 'a[href^="/watch/"]';
/** Long enough for a page to be read first: what it needs itself comes before. */
const SETTLED_MS = 2_500;
/** Who rests on a Play button this long means it; what scrolls by under the pointer does not. */
const RESTS_MS = 150;

let isFetched = false;
let resting = 0;

/** Fetch what the player is made of, and run none of it yet: that would hold up whoever is scrolling. */
function fetchPlayer(): void {
  if (isFetched) return;
  isFetched = true;
  for (const file of document.documentElement.dataset.player?.split(' ').filter(Boolean) ?? []) {
    const link = document.createElement('link');
    link.rel = file.endsWith('.css') ? 'preload' : 'modulepreload';
    if (file.endsWith('.css')) link.as = 'style';
    link.href = file;
    document.head.append(link);
  }
  learn('player').catch(() => undefined);
}

function isPlay(event: Event): boolean {
  return event.target instanceof Element && event.target.closest(PLAYS) !== null;
}

function onMeant(event: Event): void {
  if (isPlay(event)) preloadPlayer();
}

function onOver(event: Event): void {
  clearTimeout(resting);
  if (isPlay(event)) resting = window.setTimeout(preloadPlayer, RESTS_MS);
}

/** Start the player when a Play button is pressed, reached or rested on; `onPage` has fetched it by then. */
export function keepPlayerNear(): void {
  addEventListener('pointerover', onOver);
  addEventListener('scroll', () => clearTimeout(resting), { capture: true, passive: true });
  for (const kind of ['pointerdown', 'focusin']) addEventListener(kind, onMeant);
}

/** A page has come; where it offers something to play, the player follows, unless the network is to be spared. */
export function onPage(): void {
  const { connection } = navigator as Navigator & { connection?: { saveData?: boolean } };
  if (isFetched || connection?.saveData) return;
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
