/** Which titles are not on the list any more, by what was done since it was read. */
import type { Move } from '@/lib/moves';

/** What is gone after one more thing was done; the same set when it changes nothing. */
export function goneAfter(gone: ReadonlySet<string>, { kind, title }: Move): ReadonlySet<string> {
  const isGone = gone.has(title.title_id);
  if (kind === 'unlisted' && !isGone) return new Set([...gone, title.title_id]);
  if (kind === 'listed' && isGone) return new Set([...gone].filter((each) => each !== title.title_id));
  return gone;
}
