import { useNavigate, useSearch } from '@tanstack/react-router';
import { Download, Popcorn } from 'lucide-react';
import { useMemo, useState } from 'react';

import { buttonClass } from '@/components/Button';
import { Icon } from '@/components/Icon';
import { EmptyState, ErrorState, Waiting } from '@/components/States';
import { address } from '@/lib/api';
import { genreName } from '@/lib/genres';
import { useT } from '@/lib/i18n';
import { useDocumentTitle } from '@/lib/page';

import { DaysPart } from './days-part';
import { utcSpan } from './figures';
import { headlineOf, type Insights } from './findings';
import { Kpis } from './kpis';
import { useInsights, type Asked } from './queries';
import { RowsPart } from './rows-part';
import { SpanPicker } from './span-picker';
import { spanOf, type Span } from './spans';
import { TitlesPart } from './titles-part';
import { WeekdaysPart } from './weekdays-part';

type Search = Record<string, unknown>;

/** What was watched: the finding first, then the figures, then the charts. */
export function StudioPage() {
  const t = useT();
  useDocumentTitle(t('studio.overview.title'));
  const search: Search = useSearch({ strict: false });
  const navigate = useNavigate();
  const [now] = useState(() => Date.now());
  const span = useMemo(() => spanOf(search, now), [search, now]);
  const genre = typeof search.genre === 'string' && search.genre ? search.genre : undefined;
  const asked: Asked = { since: span.since, until: span.until, genre: genre ?? null };
  const { data, error, refetch, isPlaceholderData } = useInsights(asked);
  const change = (next: Search) => {
    const kept: Search = { ...(genre ? { genre } : {}), ...searchOf(span), ...next };
    void navigate({ to: '.', search: withoutNothing(kept) as never, replace: true });
  };
  return (
    <>
      <header className="studio-head">
        <div>
          <h1>{useSpanName(span)}</h1>
          <p className="voice" aria-live="polite">
            {data ? <Headline insights={data} /> : '\u00a0'}
          </p>
        </div>
        <div className="studio-tools">
          <GenrePicker
            genre={genre}
            genres={data?.genres ?? []}
            onChange={(chosen) => {
              change({ genre: chosen });
            }}
          />
          <SpanPicker
            span={span}
            onChange={(next) => {
              change({ days: undefined, since: undefined, until: undefined, ...searchOf(next) });
            }}
          />
          <a
            className={buttonClass({ compact: true })}
            href={address('/studio/insights.csv', {}, asked)}
            download
          >
            <Icon of={Download} />
            {t('studio.overview.csvShort')}
            <span className="sr-only">{t('studio.overview.csv')}</span>
          </a>
        </div>
      </header>
      {error && !data ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : data ? (
        <Body insights={data} isOld={isPlaceholderData} />
      ) : (
        <Waiting />
      )}
    </>
  );
}

function searchOf(span: Span): Search {
  return span.preset === null ? { since: span.since, until: span.until } : { days: span.preset };
}

function withoutNothing(search: Search): Search {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined));
}

function useSpanName(span: Span): string {
  const t = useT();
  if (span.preset === 365) return t('studio.overview.year');
  if (span.preset !== null) return t('studio.overview.days', { count: span.preset });
  return utcSpan(span.since, span.until);
}

function Headline({ insights }: { insights: Insights }) {
  const t = useT();
  const found = headlineOf(insights);
  switch (found.kind) {
    case 'trend':
      return <>{t(`studio.headline.${found.hours}.${found.finished}`)}</>;
    case 'first':
      return <>{t('studio.headline.first', { count: insights.plays })}</>;
    case 'stopped':
      return <>{t('studio.headline.stopped', { count: insights.plays_before })}</>;
    default:
      return <>{t('studio.headline.nothing')}</>;
  }
}

function GenrePicker({
  genre,
  genres,
  onChange,
}: {
  genre: string | undefined;
  genres: readonly string[];
  onChange: (genre: string | undefined) => void;
}) {
  const t = useT();
  const all = genre && !genres.includes(genre) ? [genre, ...genres] : genres;
  return (
    <select
      className="studio-select"
      aria-label={t('studio.overview.genre')}
      value={genre ?? ''}
      onChange={(event) => {
        onChange(event.target.value || undefined);
      }}
    >
      <option value="">{t('studio.overview.allGenres')}</option>
      {all.map((each) => (
        <option key={each} value={each}>
          {genreName(each)}
        </option>
      ))}
    </select>
  );
}

function Body({ insights, isOld }: { insights: Insights; isOld: boolean }) {
  const t = useT();
  const isEmpty = insights.plays === 0 && insights.plays_before === 0 && insights.rows.length === 0;
  return (
    <div className="studio-body" aria-busy={isOld || undefined}>
      <Kpis insights={insights} />
      {isEmpty ? (
        <EmptyState
          icon={Popcorn}
          kicker={t('studio.overview.empty.kicker')}
          title={t('studio.overview.empty.title')}
          sentence={t('studio.overview.empty.sentence')}
        />
      ) : (
        <div className="studio-grid">
          <DaysPart insights={insights} />
          <WeekdaysPart insights={insights} />
          <TitlesPart insights={insights} />
          <RowsPart insights={insights} />
        </div>
      )}
    </div>
  );
}
