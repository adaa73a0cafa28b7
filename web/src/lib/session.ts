/** Who is signed in, and which profile watches. */
import { queryOptions, useQuery } from '@tanstack/react-query';

import { api, cookie, Refusal, type Schemas } from './api';
import { dropEarly } from './early';
import { queryClient } from './query';

export type Me = Schemas['Me'];
export type Profile = Schemas['Profile'];

/** Who is signed in; null when nobody is. */
export const meQuery = queryOptions({
  queryKey: ['me'],
  staleTime: 5 * 60_000,
  queryFn: async ({ signal }): Promise<Me | null> => {
    try {
      return await api.get('/me', { signal });
    } catch (error) {
      if (error instanceof Refusal && error.status === 401) return null;
      throw error;
    }
  },
});

/** Whether this browser may hold a session, told without asking the server. */
export function mayBeSignedIn(): boolean {
  return cookie('cinoche_csrf') !== null;
}

/** The profile that watches, of those of the account. */
export function chosenOf(me: Me | null | undefined): Profile | null {
  return me?.profiles.find((each) => each.profile_id === me.profile_id) ?? null;
}

/** Who is signed in, and the chosen profile; both null until known. */
export function useSession(): { me: Me | null; profile: Profile | null } {
  const { data } = useQuery({ ...meQuery, enabled: mayBeSignedIn() });
  return { me: data ?? null, profile: chosenOf(data) };
}

/** The profile that watches, on a page that nobody reaches without one. */
export function useProfile(): Profile {
  const { profile } = useSession();
  if (!profile) throw new Error('This page needs a chosen profile; its route must ask for one.');
  return profile;
}

/** Forget everything that was known of the session before this one. */
export function forgetSession(me: Me | null): void {
  dropEarly();
  queryClient.clear();
  queryClient.setQueryData(meQuery.queryKey, me);
}

/** Sign out here. */
export async function signOut(): Promise<void> {
  await api.delete('/sessions/current');
  forgetSession(null);
}
