/** A title as it is being written: the fields of its form, what changed, and what is wrong before anybody is asked. */
import type { Refusal, Schemas } from '@/lib/api';

type StudioTitle = Schemas['StudioTitle'];
export type Kind = Schemas['Kind'];
export type Change = Schemas['TitleChange'];

export const MARKS = ['G', 'PG', 'PG-13', 'R', 'NC-17'] as const;
export type Mark = (typeof MARKS)[number];
export const EARLIEST_YEAR = 1870;
export const LATEST_YEAR = 2200;
const LONGEST_NAME = 500;
const LONGEST_SYNOPSIS = 4000;
const MOST_DIRECTORS = 10;
const LONGEST_MINUTES = 1440;
const MINUTE_S = 60;

export interface Draft {
  name: string;
  year: string;
  genres: readonly string[];
  certification: string;
  minutes: string;
  synopsis: string;
  /** One on each line. */
  directors: string;
  is_withdrawn: boolean;
}

export type Field = keyof Draft | 'parent_id' | 'number';
export type Trouble = 'name' | 'nameLong' | 'year' | 'minutes' | 'synopsis' | 'directors';
export type Troubles = Partial<Record<Field, Trouble>>;

export const BLANK: Draft = {
  name: '',
  year: '',
  genres: [],
  certification: '',
  minutes: '',
  synopsis: '',
  directors: '',
  is_withdrawn: false,
};

/** The form of a title that there is. */
export function draftOf(title: StudioTitle): Draft {
  return {
    name: title.name,
    year: title.year === null ? '' : String(title.year),
    genres: title.genres,
    certification: title.certification ?? '',
    minutes: title.length_s === null ? '' : String(Math.max(1, Math.round(title.length_s / MINUTE_S))),
    synopsis: title.synopsis ?? '',
    directors: title.directors.join('\n'),
    is_withdrawn: title.is_withdrawn,
  };
}

const linesOf = (text: string) =>
  text
    .split('\n')
    .map((each) => each.trim())
    .filter(Boolean);

function isWhole(text: string, low: number, high: number): boolean {
  return /^\d{1,6}$/.test(text.trim()) && Number(text) >= low && Number(text) <= high;
}

/** What is wrong with a draft, field by field. */
export function troublesOf(draft: Draft): Troubles {
  const found: Troubles = {};
  if (!draft.name.trim()) found.name = 'name';
  else if (draft.name.trim().length > LONGEST_NAME) found.name = 'nameLong';
  if (draft.year.trim() && !isWhole(draft.year, EARLIEST_YEAR, LATEST_YEAR)) found.year = 'year';
  if (draft.minutes.trim() && !isWhole(draft.minutes, 1, LONGEST_MINUTES)) found.minutes = 'minutes';
  if (draft.synopsis.length > LONGEST_SYNOPSIS) found.synopsis = 'synopsis';
  if (linesOf(draft.directors).length > MOST_DIRECTORS) found.directors = 'directors';
  return found;
}

interface Facts {
  name: string;
  year: number | null;
  genres: string[];
  certification: Mark | null;
  length_s: number | null;
  synopsis: string | null;
  directors: string[];
  is_withdrawn: boolean;
}

/** The facts that a draft without troubles says. */
export function factsOf(draft: Draft): Facts {
  return {
    name: draft.name.trim(),
    year: draft.year.trim() ? Number(draft.year) : null,
    genres: [...draft.genres],
    certification: MARKS.find((each) => each === draft.certification) ?? null,
    length_s: draft.minutes.trim() ? Number(draft.minutes) * MINUTE_S : null,
    synopsis: draft.synopsis.trim() || null,
    directors: linesOf(draft.directors),
    is_withdrawn: draft.is_withdrawn,
  };
}

/** What a draft changes of its title, and what would change it back; both empty where it changes nothing. */
export function changesOf(title: StudioTitle, draft: Draft): { change: Change; back: Change } {
  const [before, after] = [draftOf(title), draft];
  const facts = factsOf(after);
  const old: Facts = { ...factsOf(before), length_s: title.length_s };
  const fields = {
    name: 'name',
    year: 'year',
    genres: 'genres',
    certification: 'certification',
    minutes: 'length_s',
    synopsis: 'synopsis',
    directors: 'directors',
    is_withdrawn: 'is_withdrawn',
  } as const;
  const changed = (Object.keys(fields) as (keyof Draft)[]).filter(
    (each) => String(before[each]).trim() !== String(after[each]).trim(),
  );
  const pick = (from: Facts): Change =>
    Object.fromEntries(changed.map((each) => [fields[each], from[fields[each]]]));
  return { change: pick(facts), back: pick(old) };
}

const FIELDS: Readonly<Record<string, Field>> = {
  name: 'name',
  year: 'year',
  genres: 'genres',
  certification: 'certification',
  length_s: 'minutes',
  synopsis: 'synopsis',
  directors: 'directors',
  is_withdrawn: 'is_withdrawn',
  parent_id: 'parent_id',
  number: 'number',
};

/** What a refusal says of which field; `rest` is what it says of none. */
export function refusedFields(refusal: Refusal): {
  fields: Partial<Record<Field, string>>;
  rest: string | null;
} {
  const told = refusal.problem.errors?.length
    ? refusal.problem.errors
    : [{ where: refusal.where ?? '', message: [refusal.message, refusal.remedy].filter(Boolean).join(' ') }];
  const fields: Partial<Record<Field, string>> = {};
  let rest: string | null = null;
  for (const { where, message } of told) {
    const field = FIELDS[/^body\.(\w+)/.exec(where)?.[1] ?? ''];
    if (field) fields[field] ??= message;
    else rest ??= message;
  }
  return { fields, rest };
}

/** Titles that a text may mean: those that begin with it first, then those of which a word does. */
export function nearest<T extends { name: string }>(titles: readonly T[], text: string): T[] {
  const wanted = text.trim().toLowerCase();
  const rank = ({ name }: T) => {
    const said = name.toLowerCase();
    if (said === wanted) return 0;
    if (said.startsWith(wanted)) return 1;
    return said.split(/[^\p{L}\p{N}]+/u).some((word) => word.startsWith(wanted)) ? 2 : 3;
  };
  return titles
    .map((title, at) => ({ title, at, rank: rank(title) }))
    .sort((a, b) => a.rank - b.rank || a.at - b.at)
    .map((each) => each.title);
}
