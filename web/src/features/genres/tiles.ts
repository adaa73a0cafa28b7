/** Which posters stand for which genre. */
import type { Schemas } from '@/lib/api';

type Face = Schemas['Face'];

export const FANNED = 3;

/** Give each genre the best known titles that have it, each title once, as long as there are any; rare genres choose first. */
export function postersOf(genres: readonly string[], known: readonly Face[]): Map<string, Face[]> {
  const having = (genre: string) => known.filter((face) => face.genres.includes(genre));
  const byRarity = [...genres].sort((one, other) => having(one).length - having(other).length);
  const taken = new Set<string>();
  const chosen = new Map<string, Face[]>();
  for (const genre of byRarity) {
    const own = having(genre);
    const fresh = own.filter((face) => !taken.has(face.title_id));
    const faces = [...fresh, ...own.filter((face) => taken.has(face.title_id))].slice(0, FANNED);
    faces.forEach((face) => taken.add(face.title_id));
    chosen.set(genre, faces);
  }
  return chosen;
}
