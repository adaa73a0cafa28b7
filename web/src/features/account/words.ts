/** What a refusal means on this page, in words of ours: the server's own are for whoever writes programs. */
import { Refusal } from '@/lib/api';
import type { Key } from '@/lib/i18n';

type Words = Extract<
  Key,
  | 'account.wrong.password'
  | 'account.wrong.weak'
  | 'account.wrong.often'
  | 'account.wrong.child'
  | 'account.wrong.offline'
  | 'account.wrong.other'
>;

/** Where it went wrong, and the key of the words for it. */
export interface Wrong {
  where: 'current' | 'new' | 'all';
  words: Words;
}

/** Tell what is wrong from a refusal of a route that asks for the password. */
export function wrongOf(error: unknown): Wrong {
  if (!(error instanceof Refusal)) return { where: 'all', words: 'account.wrong.other' };
  if (error.isOffline) return { where: 'all', words: 'account.wrong.offline' };
  if (error.status === 429) return { where: 'all', words: 'account.wrong.often' };
  if (error.where?.includes('new_password')) return { where: 'new', words: 'account.wrong.weak' };
  if (error.status === 401 || error.where?.includes('password'))
    return { where: 'current', words: 'account.wrong.password' };
  if (error.status === 403) return { where: 'all', words: 'account.wrong.child' };
  return { where: 'all', words: 'account.wrong.other' };
}
