import { queryOptions, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';

import { Button } from '@/components/Button';
import { Choice } from '@/components/Choice';
import { ErrorState } from '@/components/States';
import { shortFacts, TitleCard } from '@/components/TitleCard';
import { GridOutline, TitleGrid } from '@/components/TitleGrid';
import { TitleMenu } from '@/components/TitleMenu';
import { api, type Schemas } from '@/lib/api';
import { list } from '@/lib/format';
import { useT, type Key, type Translate } from '@/lib/i18n';
import { useDocumentTitle } from '@/lib/page';
import { SORTS, titlesQuery, type Sort } from '@/lib/titles';

import { partsOf } from './parts';

const route = getRouteApi('/inside/people/$personId');

const personQuery = (personId: string) =>
  queryOptions({
    queryKey: ['person', personId],
    queryFn: ({ signal }) => api.get('/people/{person_id}', { path: { person_id: personId }, signal }),
  });

const ROLES: Readonly<Record<string, Key>> = {
  director: 'people.role.director',
  actor: 'people.role.actor',
  writer: 'people.role.writer',
  composer: 'people.role.composer',
  producer: 'people.role.producer',
};

function roleName(role: string, t: Translate): string {
  const key = ROLES[role];
  return key ? t(key as 'people.role.director') : role;
}

/** A person, and every title they had a part in. */
export function PersonPage() {
  const t = useT();
  const { personId } = route.useParams();
  const [sort, setSort] = useState<Sort>('newest');
  const { data: person, error, refetch } = useQuery(personQuery(personId));
  useDocumentTitle(person?.name);
  if (error && !person)
    return (
      <div className="page min-h-screen">
        <ErrorState error={error} onRetry={() => void refetch()} level={1} />
      </div>
    );
  if (!person)
    return (
      <div className="page min-h-screen">
        <div className="browse-head min-h-32" />
        <GridOutline />
      </div>
    );
  return (
    <div className="page min-h-screen">
      <div className="browse-head">
        <div>
          <h1 className="page-title">{person.name}</h1>
          <p className="voice">
            {t('people.sentence', {
              roles: capital(list(person.roles.map((role) => roleName(role, t)))),
              count: person.titles,
            })}
          </p>
        </div>
        {person.titles > 1 && (
          <Choice
            label={t('people.sort')}
            value={sort}
            options={SORTS.map((value) => ({ value, label: t(`people.by.${value}`) }))}
            onChange={setSort}
          />
        )}
      </div>
      <Parts person={person} sort={sort} />
    </div>
  );
}

function Parts({ person, sort }: { person: Schemas['PersonPage']; sort: Sort }) {
  const t = useT();
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery(
    titlesQuery({ person: person.person_id, sort }),
  );
  const parts = partsOf(person.parts);
  const severalRoles = person.roles.length > 1;
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <GridOutline count={Math.min(person.titles, 18)} />;
  return (
    <>
      <TitleGrid label={t('people.titles', { name: person.name })}>
        {data.pages
          .flatMap((page) => page.items)
          .map((face, at) => {
            const part = parts.get(face.title_id);
            const said =
              part?.characters[0] ??
              (severalRoles ? part?.roles.map((each) => roleName(each, t)).join(', ') : null);
            return (
              <TitleCard
                key={face.title_id}
                face={face}
                eager={at < 6}
                facts={[shortFacts(face), said].filter(Boolean).join(' · ')}
                more={<TitleMenu face={face} />}
              />
            );
          })}
      </TitleGrid>
      {hasNextPage && (
        <div className="actions browse-more">
          <Button aria-disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {t('people.more')}
          </Button>
        </div>
      )}
    </>
  );
}

function capital(text: string): string {
  return text.charAt(0).toLocaleUpperCase() + text.slice(1);
}
