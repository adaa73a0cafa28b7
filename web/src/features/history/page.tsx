import '@/components/title-grid.css';
import './history.css';

import { infiniteQueryOptions, useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { History, Undo2, X } from 'lucide-react';
import { useState } from 'react';

import { Actions, Button, buttonClass, IconButton } from '@/components/Button';
import { Dialog } from '@/components/Dialog';
import { PlayLink } from '@/components/PlayLink';
import { Poster, PosterOutline } from '@/components/Poster';
import { EmptyState, ErrorState, Waiting } from '@/components/States';
import { api, type Schemas } from '@/lib/api';
import { clock, day, duration, percent } from '@/lib/format';
import { useT, type Translate } from '@/lib/i18n';
import { pagesAreOld } from '@/lib/moves';
import { useDocumentTitle } from '@/lib/page';
import { queryClient } from '@/lib/query';
import { useProfile } from '@/lib/session';
import { notify } from '@/lib/toast';

import { byDay, shareOf, type Day } from './days';
import { useRemovals, type Removal } from './removal';

type Item = Schemas['HistoryItem'];
const AT_ONCE = 40;
/** Less of a film than this is no place that anybody remembers. */
const BARELY = 0.02;

const historyQuery = (profileId: string) =>
  infiniteQueryOptions({
    queryKey: ['history', profileId],
    staleTime: 0,
    initialPageParam: null as string | null,
    queryFn: ({ signal, pageParam }) =>
      api.get('/profiles/{profile_id}/history', {
        path: { profile_id: profileId },
        query: { limit: AT_ONCE, cursor: pageParam },
        signal,
      }),
    getNextPageParam: (page) => page.next,
  });

/** What the profile watched, day by day. */
export function HistoryPage() {
  const t = useT();
  useDocumentTitle(t('history.title'));
  const { profile_id: profileId } = useProfile();
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery(
    historyQuery(profileId),
  );
  const { removals, remove, undo, forget } = useRemovals(profileId);
  const [asks, setAsks] = useState(false);
  const items = data?.pages.flatMap((page) => page.items);
  const [cleared, setCleared] = useState(false);
  const isEmpty = cleared || items?.length === 0;
  return (
    <div className="page min-h-screen">
      <div className="browse-head">
        <h1 className="page-title">{t('history.title')}</h1>
        {items && !isEmpty && (
          <Button compact onClick={() => setAsks(true)}>
            {t('history.clear')}
          </Button>
        )}
      </div>
      {error && !data && <ErrorState error={error} onRetry={() => void refetch()} />}
      {!error && !items && <HistoryOutline />}
      {isEmpty && <NothingWatched />}
      {items &&
        !isEmpty &&
        byDay(items).map((each) => (
          <DayPart key={each.key} day={each} removals={removals} onRemove={remove} onUndo={undo} />
        ))}
      {hasNextPage && !isEmpty && (
        <div className="actions browse-more">
          <Button aria-disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {t('history.more')}
          </Button>
        </div>
      )}
      {asks && (
        <ClearDialog
          profileId={profileId}
          onClose={() => setAsks(false)}
          onCleared={() => {
            forget();
            setCleared(true);
            setAsks(false);
          }}
        />
      )}
    </div>
  );
}

function dayName({ at, ago }: Day<Item>, t: Translate): string {
  if (ago === 0) return t('history.today');
  if (ago === 1) return t('history.yesterday');
  const isThisYear = at.getFullYear() === new Date().getFullYear();
  const words = day(at, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    ...(isThisYear ? {} : { year: 'numeric' }),
  });
  return words.charAt(0).toLocaleUpperCase() + words.slice(1);
}

function DayPart({
  day: one,
  removals,
  onRemove,
  onUndo,
}: {
  day: Day<Item>;
  removals: ReadonlyMap<string, Removal>;
  onRemove: (titleId: string) => void;
  onUndo: (titleId: string) => void;
}) {
  const t = useT();
  return (
    <section className="history-day" aria-labelledby={`day-${one.key}`}>
      <h2 id={`day-${one.key}`}>{dayName(one, t)}</h2>
      <ol aria-labelledby={`day-${one.key}`} data-arrows>
        {one.items.map((item) => {
          const removal = removals.get(item.title_id);
          return removal ? (
            <RemovedLine key={item.title_id} item={item} removal={removal} onUndo={onUndo} />
          ) : (
            <HistoryLine key={item.title_id} item={item} onRemove={onRemove} />
          );
        })}
      </ol>
    </section>
  );
}

function HistoryLine({ item, onRemove }: { item: Item; onRemove: (titleId: string) => void }) {
  const t = useT();
  const share = shareOf(item);
  return (
    <li className="history-line">
      <Link to="/titles/$titleId" params={{ titleId: item.title_id }}>
        <span className="history-picture">
          <Poster face={item} wide />
          <span className="bar" aria-hidden>
            <i style={{ width: `${(share ?? 0) * 100}%` }} />
          </span>
        </span>
        <span>
          <b>{item.name}</b>
          <span className="small">
            {[clock(new Date(item.watched_at)), howFar(item, share, t)].filter(Boolean).join(' · ')}
          </span>
        </span>
      </Link>
      <span className="history-end">
        {item.has_media && (
          <PlayLink
            face={{ ...item, length_s: item.duration_s ?? item.length_s }}
            positionS={item.in_progress ? item.position_s : 0}
            compact
          />
        )}
        <IconButton
          label={t('history.remove', { name: item.name })}
          icon={X}
          onClick={() => onRemove(item.title_id)}
        />
      </span>
    </li>
  );
}

function howFar(item: Item, share: number | null, t: Translate): string {
  if (item.is_played) return t('history.played');
  if (share === null) return t('history.begun');
  const left = (item.duration_s ?? 0) - item.position_s;
  const rest = duration(Math.max(1, left));
  if (share < BARELY) return t('history.barely', { left: rest });
  return t('history.stopped', { share: percent(share), left: rest });
}

function RemovedLine({
  item,
  removal,
  onUndo,
}: {
  item: Item;
  removal: Removal;
  onUndo: (titleId: string) => void;
}) {
  const t = useT();
  return (
    <li className="history-removed" data-removed={item.title_id}>
      <span role="status">{t('history.removed', { name: item.name })}</span>
      {removal === 'waiting' && (
        <Button compact icon={Undo2} autoFocus onClick={() => onUndo(item.title_id)}>
          {t('components.undo')}
        </Button>
      )}
    </li>
  );
}

function ClearDialog({
  profileId,
  onClose,
  onCleared,
}: {
  profileId: string;
  onClose: () => void;
  onCleared: () => void;
}) {
  const t = useT();
  const [failed, setFailed] = useState(false);
  async function clear(): Promise<void> {
    try {
      await api.delete('/profiles/{profile_id}/history', { path: { profile_id: profileId } });
    } catch {
      return setFailed(true);
    }
    pagesAreOld();
    for (const key of ['state', 'history', 'seasons'])
      void queryClient.invalidateQueries({ queryKey: [key, profileId], refetchType: 'none' });
    notify(t('history.cleared'));
    onCleared();
  }
  return (
    <Dialog title={t('history.ask.title')} onClose={onClose}>
      <p className="voice mb-6 text-[1.25rem]">{t('history.ask.sentence')}</p>
      {failed && (
        <p role="alert" className="mb-4 text-alert">
          {t('history.notRemoved')}
        </p>
      )}
      <Actions>
        <Button look="danger" onClick={() => void clear()}>
          {t('history.ask.do')}
        </Button>
        <Button onClick={onClose}>{t('history.ask.keep')}</Button>
      </Actions>
    </Dialog>
  );
}

function NothingWatched() {
  const t = useT();
  return (
    <EmptyState
      icon={History}
      kicker={t('history.empty.kicker')}
      title={t('history.empty.title')}
      sentence={t('history.empty.sentence')}
    >
      <Link to="/home" className={buttonClass()}>
        {t('history.empty.home')}
      </Link>
    </EmptyState>
  );
}

function HistoryOutline() {
  return (
    <div className="history-day" aria-busy="true">
      {Array.from({ length: 5 }, (_, at) => (
        <div key={at} className="history-line" aria-hidden>
          <span className="history-picture">
            <PosterOutline wide />
          </span>
        </div>
      ))}
      <Waiting />
    </div>
  );
}
