/** Who may open which page: the ones who may not are sent to where they can, and come back after. */
import { redirect } from '@tanstack/react-router';

import { mayBeSignedIn, chosenOf, meQuery, type Me } from '@/lib/session';
import { queryClient } from '@/lib/query';

interface Going {
  location: { href: string };
}

async function me(): Promise<Me | null> {
  return mayBeSignedIn() ? queryClient.ensureQueryData(meQuery) : null;
}

/** Let in who is signed in. */
export async function needsAccount({ location }: Going): Promise<Me> {
  const known = await me();
  if (!known) throw redirect({ to: '/sign-in', search: { next: location.href } });
  return known;
}

/** Let in who is signed in and has said who watches. */
export async function needsProfile(going: Going): Promise<void> {
  const known = await needsAccount(going);
  if (!chosenOf(known)) throw redirect({ to: '/profiles', search: { next: going.location.href } });
}

/** The return address of a page that was asked for before one was let in: a path of ours, or nothing. */
export function nextOf(search: Record<string, unknown>): { next?: string } {
  const { next } = search;
  return typeof next === 'string' && /^\/(?![/\\])/.test(next) ? { next } : {};
}
