import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { ArrowLeft } from 'lucide-react';
import { useState } from 'react';

import { Button } from '@/components/Button';
import { Choice } from '@/components/Choice';
import { Icon } from '@/components/Icon';
import { EmptyState, ErrorState } from '@/components/States';
import { TitleCard } from '@/components/TitleCard';
import { GridOutline, TitleGrid } from '@/components/TitleGrid';
import { TitleMenu } from '@/components/TitleMenu';
import { api } from '@/lib/api';
import { genreName } from '@/lib/genres';
import { useT } from '@/lib/i18n';
import { useDocumentTitle } from '@/lib/page';
import { SORTS, titlesQuery, type Sort } from '@/lib/titles';

const route = getRouteApi('/inside/genres/$genre');

/** The titles of a genre: the best known first, until another order is chosen. */
export function GenrePage() {
  const t = useT();
  const { genre } = route.useParams();
  const name = genreName(genre);
  useDocumentTitle(name);
  const [sort, setSort] = useState<Sort>('known');
  const { data: genres } = useQuery({
    queryKey: ['genres'],
    queryFn: ({ signal }) => api.get('/genres', { signal }),
  });
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery(
    titlesQuery({ genre, sort }),
  );
  const count = genres?.items.find((each) => each.genre === genre)?.titles;
  const faces = data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <div className="page min-h-screen">
      <Link to="/genres" className="link">
        <Icon of={ArrowLeft} size={18} />
        {t('genres.all')}
      </Link>
      <div className="browse-head">
        <div>
          <h1 className="page-title">{name}</h1>
          <p className="voice">{count === undefined ? '\u00a0' : t('genres.titles', { count })}</p>
        </div>
        <Choice
          label={t('genres.sort')}
          value={sort}
          options={SORTS.map((value) => ({ value, label: t(`genres.by.${value}`) }))}
          onChange={setSort}
        />
      </div>
      {error && !data && <ErrorState error={error} onRetry={() => void refetch()} />}
      {!error && !data && <GridOutline count={18} />}
      {data && faces.length === 0 && (
        <EmptyState
          icon={ArrowLeft}
          kicker={name}
          title={t('genres.empty.title')}
          sentence={t('genres.empty.sentence')}
        />
      )}
      {faces.length > 0 && (
        <TitleGrid label={name}>
          {faces.map((face, at) => (
            <TitleCard key={face.title_id} face={face} eager={at < 6} more={<TitleMenu face={face} />} />
          ))}
        </TitleGrid>
      )}
      {hasNextPage && (
        <div className="actions browse-more">
          <Button aria-disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {t('genres.more')}
          </Button>
        </div>
      )}
    </div>
  );
}
