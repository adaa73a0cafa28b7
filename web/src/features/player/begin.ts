/** Play sessions are asked for at the click, before the page that shows them is there. */
import { api, type Schemas } from '@/lib/api';

export type PlaySession = Schemas['PlaySession'];

const LASTS_MS = 20_000;
let waiting: { key: string; asked: Promise<PlaySession>; at: number } | null = null;

/** Ask for a play session, once: whoever asks for the same in the next moments gets the same answer. */
export function beginPlaySession(profileId: string, titleId: string): Promise<PlaySession> {
  const key = `${profileId} ${titleId}`;
  if (waiting?.key === key && performance.now() - waiting.at < LASTS_MS) return waiting.asked;
  const asked = askPlaySession(profileId, titleId, false);
  waiting = { key, asked, at: performance.now() };
  asked.catch(() => {
    if (waiting?.asked === asked) waiting = null;
  });
  return asked;
}

/** Take the play session that was asked for; from now on it is the player's alone. */
export function takePlaySession(profileId: string, titleId: string): Promise<PlaySession> {
  const asked = beginPlaySession(profileId, titleId);
  waiting = null;
  return asked;
}

/** Ask the server for a play session. */
export function askPlaySession(profileId: string, titleId: string, fromStart: boolean): Promise<PlaySession> {
  performance.mark('cinoche:begun');
  return api.post('/play-sessions', {
    body: { profile_id: profileId, title_id: titleId, from_start: fromStart },
  });
}
