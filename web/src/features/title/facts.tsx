import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';

import type { Schemas } from '@/lib/api';
import { list, number } from '@/lib/format';
import { useT, type Key, type Translate } from '@/lib/i18n';

type Title = Schemas['Title'];

const MOST_TAGS = 8;
const MOST_PEOPLE = 12;

/** What is known of a title, line by line; a line that nobody knows is not there. */
export function FactsTable({ title }: { title: Title }) {
  const t = useT();
  const lines: [label: string, value: ReactNode][] = [
    ...peopleLines(title, t),
    [t('title.facts.original'), unbroken(title.original_name ?? '')],
    [t('title.facts.alternative'), unbroken(title.alternative_names.join(' · '))],
    [t('title.facts.tags'), topTags(title).join(', ')],
    [
      t('title.facts.budget'),
      title.budget_usd &&
        number(title.budget_usd, { style: 'currency', currency: 'USD', maximumFractionDigits: 0 }),
    ],
  ];
  const known = lines.filter(([, value]) => Boolean(value));
  if (known.length === 0) return null;
  return (
    <dl className="facts-table">
      {known.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** A French name keeps its marks on the line of the word before. */
function unbroken(name: string): string {
  return name.replace(/ (?=[:;!?»])/g, '\u00a0');
}

function topTags(title: Title): string[] {
  return [...title.tags]
    .sort((one, other) => other.times - one.times)
    .slice(0, MOST_TAGS)
    .map((each) => each.tag);
}

const ROLES: Readonly<Record<string, Key>> = {
  director: 'title.role.director',
  actor: 'title.role.actor',
  writer: 'title.role.writer',
  composer: 'title.role.composer',
  producer: 'title.role.producer',
};

/** The people of a title by what they did, in the order in which they are credited. */
function peopleLines(title: Title, t: Translate): [string, ReactNode][] {
  const byRole = new Map<string, Schemas['Credit'][]>();
  for (const credit of title.credits) byRole.set(credit.role, [...(byRole.get(credit.role) ?? []), credit]);
  return [...byRole].map(([role, credits]) => {
    const label = ROLES[role];
    return [label ? t(label as 'title.role.director') : role, <People key={role} credits={credits} />];
  });
}

function People({ credits }: { credits: readonly Schemas['Credit'][] }) {
  return (
    <ul role="list" className="people">
      {credits.slice(0, MOST_PEOPLE).map((credit) => (
        <li key={`${credit.person_id} ${credit.character ?? ''}`}>
          <Link to="/people/$personId" params={{ personId: credit.person_id }}>
            {credit.name}
          </Link>
          {credit.character && <span className="small"> {credit.character}</span>}
        </li>
      ))}
    </ul>
  );
}

/** Sources by the names that they give themselves. */
const SOURCES: Readonly<Record<string, string>> = {
  movielens: 'MovieLens',
  ggplot2movies: 'IMDb (ggplot2movies)',
  vega: 'Vega',
};

/** Where the facts of a title come from, in the words that their sources ask for. */
export function Sources({ title }: { title: Title }) {
  const t = useT();
  const names = [...new Set(Object.values(title.sources))].map((each) =>
    each === 'house' ? t('title.sources.house') : (SOURCES[each] ?? each),
  );
  if (names.length === 0) return null;
  return (
    <details className="sources">
      <summary>{t('title.sources', { names: list(names) })}</summary>
      <ul role="list">
        {title.attributions.map((each) => (
          <li key={each}>{each}</li>
        ))}
      </ul>
    </details>
  );
}
