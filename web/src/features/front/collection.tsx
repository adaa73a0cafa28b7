import { useQuery } from '@tanstack/react-query';
import { Users } from 'lucide-react';
import type { CSSProperties } from 'react';

import { Icon } from '@/components/Icon';
import { api, type Schemas } from '@/lib/api';
import { number } from '@/lib/format';
import { genreName } from '@/lib/genres';
import { useLanguage, useT } from '@/lib/i18n';

type Collection = Schemas['Collection'];
const GENRES = 8;

/** What the house has, in figures, and whom it owes them to. */
export function CollectionFigures() {
  const t = useT();
  useLanguage();
  const { data } = useQuery({
    queryKey: ['collection'],
    staleTime: 10 * 60_000,
    queryFn: ({ signal }) => api.get('/public/collection', { signal }),
  });
  return (
    <section className="figures" aria-labelledby="figures-title">
      <header>
        <p className="evidence">
          <Icon of={Users} size={18} />
          {t('front.figures.kicker')}
        </p>
        <h2 id="figures-title" className="section-title">
          {t('front.figures.title')}
        </h2>
        <p className="voice">
          {data?.first_year && data.last_year
            ? t('front.figures.years', { first: String(data.first_year), last: String(data.last_year) })
            : ''}
        </p>
      </header>
      <dl className="figures-numbers">
        <Figure label={t('front.figures.films')} value={data?.films} />
        <Figure label={t('front.figures.people')} value={data?.people} />
        <Figure label={t('front.figures.hours')} value={data?.hours} />
        <Figure label={t('front.figures.playable')} value={data?.with_media} />
      </dl>
      {data && <Decades collection={data} />}
      {data && <GenreList collection={data} />}
      {data && data.attributions.length > 0 && (
        <div className="figures-thanks small">
          {data.attributions.map((each) => (
            <p key={each}>{each}</p>
          ))}
        </div>
      )}
    </section>
  );
}

function Figure({ label, value }: { label: string; value: number | undefined }) {
  if (value === 0) return null;
  return (
    <div>
      <dt>{label}</dt>
      <dd>{value === undefined ? '—' : number(Math.round(value))}</dd>
    </div>
  );
}

function Decades({ collection }: { collection: Collection }) {
  const t = useT();
  const most = Math.max(...collection.decades.map((each) => each.titles), 1);
  const fullest = collection.decades.find((each) => each.titles === most);
  return (
    <figure className="decades">
      <figcaption>
        <b>{t('front.figures.decades')}</b>
        {fullest && (
          <span className="voice">
            {t('front.figures.fullest', { decade: String(fullest.decade), count: fullest.titles })}
          </span>
        )}
      </figcaption>
      <ol role="list">
        {collection.decades.map(({ decade, titles }) => (
          <li key={decade} data-most={titles === most || undefined}>
            <span className="decade-count">{number(titles)}</span>
            <i style={{ '--share': titles / most } as CSSProperties} aria-hidden />
            <span className="decade-name">{decade}</span>
          </li>
        ))}
      </ol>
    </figure>
  );
}

function GenreList({ collection }: { collection: Collection }) {
  const t = useT();
  return (
    <div className="figures-genres">
      <h3>{t('front.figures.genres')}</h3>
      <ul role="list">
        {collection.genres.slice(0, GENRES).map(({ genre, titles }) => (
          <li key={genre}>
            <span>{genreName(genre)}</span>
            <b>{number(titles)}</b>
          </li>
        ))}
      </ul>
    </div>
  );
}
