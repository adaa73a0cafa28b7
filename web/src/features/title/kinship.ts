/** What two titles share, as a fact that a sentence can stand on. */
import type { Schemas } from '@/lib/api';

type Face = Pick<Schemas['Face'], 'title_id' | 'name' | 'year' | 'genres' | 'directors'>;

/** The strongest thing that two titles have in common; null when nothing that is known is. */
export type Kinship =
  | { kind: 'director'; name: string }
  | { kind: 'genres'; genres: readonly string[]; apart: number | null }
  | { kind: 'year'; year: number };

const MOST_GENRES = 2;

/** Say what `other` shares with `face`: who made it, then what it is, then when it was made. */
export function kinship(face: Face, other: Face): Kinship | null {
  const director = other.directors.find((each) => face.directors.includes(each));
  if (director) return { kind: 'director', name: director };
  const genres = face.genres.filter((each) => other.genres.includes(each));
  const apart = face.year !== null && other.year !== null ? Math.abs(face.year - other.year) : null;
  if (genres.length > 0) return { kind: 'genres', genres: genres.slice(0, MOST_GENRES), apart };
  return apart === 0 && other.year !== null ? { kind: 'year', year: other.year } : null;
}

/** Whether a reason of the server is one of its own, rather than the bare fact that the page is about this title. */
export function saysMore(evidence: Schemas['Evidence'], titleId: string): boolean {
  return evidence.title_id !== titleId && evidence.text.trim() !== '';
}
