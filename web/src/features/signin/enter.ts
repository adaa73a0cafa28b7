import { Refusal } from '@/lib/api';
import type { Key, Translate } from '@/lib/i18n';
import { queryClient } from '@/lib/query';
import { forgetSession, meQuery, type Me } from '@/lib/session';

/** After a sign-in: forget who was here before, and learn who is. */
export async function enter(): Promise<Me> {
  forgetSession(null);
  const me = await queryClient.fetchQuery({ ...meQuery, staleTime: 0 });
  if (!me) throw new Refusal(401, { detail: 'The browser did not keep the session.' });
  return me;
}

type Plain = Key & ('signin.wrong.refused' | 'signin.wrong.taken' | 'signin.wrong.other');

/** What to say of a refusal; `refused` is what a plain "no" means here. */
export function wordsFor(error: unknown, t: Translate, refused: Plain): string {
  if (!(error instanceof Refusal)) return t('signin.wrong.other');
  if (error.isOffline) return t('signin.wrong.offline');
  if (error.status === 429) return t('signin.wrong.often');
  if (error.status === 400 || error.status === 401 || error.status === 409 || error.status === 422)
    return t(refused);
  return t('signin.wrong.other');
}
