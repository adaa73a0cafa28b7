import '@/components/title-grid.css';
import './genres.css';

import { queryOptions, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';

import { Poster, PosterOutline } from '@/components/Poster';
import { ErrorState, Waiting } from '@/components/States';
import { api, type Schemas } from '@/lib/api';
import { genreName } from '@/lib/genres';
import { useT } from '@/lib/i18n';
import { useDocumentTitle } from '@/lib/page';

import { FANNED, postersOf } from './tiles';

const MOST_KNOWN = 100;

const genresQuery = queryOptions({
  queryKey: ['genres'],
  queryFn: ({ signal }) => api.get('/genres', { signal }),
});
const knownQuery = queryOptions({
  queryKey: ['titles', 'known', MOST_KNOWN],
  queryFn: ({ signal }) => api.get('/titles', { query: { sort: 'known', limit: MOST_KNOWN }, signal }),
});
const genreQuery = (genre: string) =>
  queryOptions({
    queryKey: ['titles', 'known', genre, FANNED],
    queryFn: ({ signal }) => api.get('/titles', { query: { genre, sort: 'known', limit: FANNED }, signal }),
  });

/** Every genre, the fullest first, each with its best known posters. */
export function GenresPage() {
  const t = useT();
  useDocumentTitle(t('genres.title'));
  const { data, error, refetch } = useQuery(genresQuery);
  const { data: known } = useQuery(knownQuery);
  const chosen =
    data && known
      ? postersOf(
          data.items.map((each) => each.genre),
          known.items,
        )
      : null;
  if (error && !data)
    return (
      <div className="page min-h-screen">
        <ErrorState error={error} onRetry={() => void refetch()} level={1} />
      </div>
    );
  return (
    <div className="page min-h-screen">
      <div className="browse-head">
        <div>
          <h1 className="page-title">{t('genres.title')}</h1>
          <p className="voice">{t('genres.sentence')}</p>
        </div>
      </div>
      {data ? (
        <ul role="list" className="genre-tiles" data-arrows>
          {data.items.map((genre) => (
            <GenreTile key={genre.genre} genre={genre} faces={chosen?.get(genre.genre) ?? null} />
          ))}
        </ul>
      ) : (
        <div aria-busy="true">
          <Waiting />
        </div>
      )}
    </div>
  );
}

function GenreTile({
  genre,
  faces,
}: {
  genre: Schemas['GenreFace'];
  faces: readonly Schemas['Face'][] | null;
}) {
  const t = useT();
  const isShort = faces !== null && faces.length < FANNED && faces.length < genre.titles;
  const { data: own } = useQuery({ ...genreQuery(genre.genre), enabled: isShort });
  const shown = isShort ? (own?.items ?? []) : (faces ?? []);
  return (
    <li>
      <Link to="/genres/$genre" params={{ genre: genre.genre }} className="genre-tile">
        <span className="fan" aria-hidden>
          {Array.from({ length: FANNED }, (_, at) => {
            const face = shown[at];
            return face ? <Poster key={face.title_id} face={face} /> : <PosterOutline key={at} />;
          })}
        </span>
        <b>{genreName(genre.genre)}</b>
        <span className="small">{t('genres.titles', { count: genre.titles })}</span>
      </Link>
    </li>
  );
}
