/** What becomes of the page when something was done: above the fold it stays, below it is made anew. */
import type { Schemas } from '@/lib/api';

export type HomeRow = Schemas['Row'];

const FEWEST = 4;
const OWN_ROWS: ReadonlySet<string> = new Set(['continue_watching', 'my_list', 'playable']);

/** What a row is, whatever stands in it. */
export function keyOf(row: HomeRow): string {
  const { about } = row;
  return [row.kind, about?.title_id ?? about?.person_id ?? about?.name ?? ''].join('-');
}

const idsOf = (row: HomeRow) => row.items.map((item) => item.title_id).join();

export interface Merged {
  rows: HomeRow[];
  /** The first row that is new or has other titles; the first of those below when nothing changed. */
  at: number;
  /** How many rows are new or have other titles. */
  changed: number;
}

/** Put fresh rows under the `kept` first rows of the page, no title twice. */
export function mergeBelow(now: readonly HomeRow[], fresh: readonly HomeRow[], kept: number): Merged {
  const above = now.slice(0, kept);
  const keys = new Set(above.map(keyOf));
  const placed = new Set(above.flatMap((row) => row.items.map((item) => item.title_id)));
  const below = fresh
    .filter((row) => !keys.has(keyOf(row)))
    .map((row) => ({ ...row, items: row.items.filter((item) => !placed.has(item.title_id)) }))
    .filter((row) => row.items.length >= (OWN_ROWS.has(row.kind) ? 1 : FEWEST));
  const before = new Map(now.map((row) => [keyOf(row), idsOf(row)]));
  const isChanged = below.map((row) => before.get(keyOf(row)) !== idsOf(row));
  return {
    rows: [...above, ...below],
    at: above.length + Math.max(0, isChanged.indexOf(true)),
    changed: isChanged.filter(Boolean).length,
  };
}

/** The title that opens the page: one that plays and says when it ends, not begun if there is one; else the first. */
export function heroOf(rows: readonly HomeRow[]): Schemas['RecommendedItem'] | null {
  const all = rows.flatMap((row) => row.items);
  const plays = all.filter((item) => item.has_media);
  const begun = plays.filter((item) => item.position_s);
  const fresh = plays.filter((item) => !item.position_s);
  return fresh.find((item) => item.length_s) ?? fresh[0] ?? begun[0] ?? all[0] ?? null;
}

/** The rows under the hero, which is not shown twice unless it is all that a row has. */
export function rowsUnder(rows: readonly HomeRow[], hero: Schemas['RecommendedItem'] | null): HomeRow[] {
  return rows.map((row) => {
    const others = row.items.filter((item) => item.title_id !== hero?.title_id);
    return others.length > 0 && others.length < row.items.length ? { ...row, items: others } : row;
  });
}
