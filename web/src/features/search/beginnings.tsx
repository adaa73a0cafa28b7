import { queryOptions, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';

import { TitleCard } from '@/components/TitleCard';
import { TitleMenu } from '@/components/TitleMenu';
import { GridOutline, TitleGrid } from '@/components/TitleGrid';
import { api } from '@/lib/api';
import { genreName } from '@/lib/genres';
import { useT } from '@/lib/i18n';

const SHOWN = 12;

const genresQuery = queryOptions({
  queryKey: ['genres'],
  queryFn: ({ signal }) => api.get('/genres', { signal }),
});
const knownQuery = queryOptions({
  queryKey: ['titles', 'known', SHOWN],
  queryFn: ({ signal }) => api.get('/titles', { query: { sort: 'known', limit: SHOWN }, signal }),
});

/** Ways in for who has not typed anything yet. */
export function Beginnings() {
  const t = useT();
  const { data: genres } = useQuery(genresQuery);
  const { data: known, isError } = useQuery(knownQuery);
  // Whole, or not yet: lines that come later would push the posters down.
  if (!genres) return <GridOutline count={SHOWN} />;
  return (
    <>
      <section aria-labelledby="by-genre" className="result-block begin-genres">
        <h2 id="by-genre">{t('search.byGenre')}</h2>
        <ul role="list" data-arrows>
          {genres.items.map(({ genre }) => (
            <li key={genre}>
              <Link to="/genres/$genre" params={{ genre }} data-result>
                {genreName(genre)}
              </Link>
            </li>
          ))}
        </ul>
      </section>
      {!isError && (
        <section aria-labelledby="known" className="result-block">
          <h2 id="known">{t('search.known')}</h2>
          {known ? (
            <TitleGrid>
              {known.items.map((face) => (
                <TitleCard key={face.title_id} face={face} more={<TitleMenu face={face} />} />
              ))}
            </TitleGrid>
          ) : (
            <GridOutline count={SHOWN} />
          )}
        </section>
      )}
    </>
  );
}
