/** Fetch the player before it is asked for: when a page shows a Play button, or when one is about to be pressed. */
export function preloadPlayer(): void {
  import('./page').catch(() => undefined);
}
