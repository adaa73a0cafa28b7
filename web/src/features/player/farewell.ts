/** The end of a play session. */
import { api } from '@/lib/api';
import { move } from '@/lib/moves';
import { queryClient } from '@/lib/query';

import type { PlaySession } from './begin';
import type { Courier } from './courier';

const WATCHED_S = 5;
const CHANGED = new Set(['home', 'history', 'state', 'why', 'seasons', 'title', 'watchlist']);

/** Tell the server the last of a play session, and the pages that what they show of it has changed. */
export async function farewell(
  profileId: string,
  courier: Courier,
  session: PlaySession,
  watched_s: number,
): Promise<void> {
  await courier.flush(true);
  courier.stop();
  const path = { play_session_id: session.play_session_id };
  await api.delete('/play-sessions/{play_session_id}', { path, keepalive: true }).catch(() => undefined);
  const isOf = (key: readonly unknown[]) => CHANGED.has(String(key[0])) && key.includes(profileId);
  await queryClient.invalidateQueries({ predicate: ({ queryKey }) => isOf(queryKey) });
  if (watched_s >= WATCHED_S) move({ kind: 'played', title: session.title, isSettled: true });
}
