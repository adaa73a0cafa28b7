/** Pages that are loaded when they are opened, and what happens when the network keeps one away. */
import { lazyRouteComponent } from '@tanstack/react-router';

import { Refusal } from '@/lib/api';

/** A part of the site did not arrive: what is told is that the server cannot be reached. */
export class NotArrived extends Refusal {
  constructor() {
    super(0, { title: 'A part of this site did not arrive' });
    this.name = 'NotArrived';
  }
}

/**
 * A page loaded when it is opened. The router's own answer to a page that does not arrive is to load the whole
 * document again: without a network that shows the browser's error page instead of ours.
 */
export function lazyPage<Module extends object>(load: () => Promise<Module>, name: keyof Module & string) {
  const arrive = () =>
    load().catch((error: unknown) => {
      throw error instanceof TypeError ? new NotArrived() : error;
    });
  return lazyRouteComponent(arrive as () => Promise<Record<string, never>>, name);
}

/** Begin again with a new document, but only when the server answers: asked for by a press, never by itself. */
export async function beginAgain(): Promise<void> {
  const answer = await fetch('/boot.js', { method: 'HEAD', cache: 'no-store' }).catch(() => null);
  if (answer?.ok) location.reload();
}
