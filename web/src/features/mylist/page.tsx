import { infiniteQueryOptions, useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Bookmark, BookmarkX } from 'lucide-react';
import { useEffect, useState } from 'react';

import { Button, buttonClass, IconButton } from '@/components/Button';
import { EmptyState, ErrorState } from '@/components/States';
import { shortFacts, TitleCard } from '@/components/TitleCard';
import { GridOutline, TitleGrid } from '@/components/TitleGrid';
import { api, type Schemas } from '@/lib/api';
import { useT } from '@/lib/i18n';
import { onMove } from '@/lib/moves';
import { useDocumentTitle } from '@/lib/page';
import { useProfile } from '@/lib/session';
import { changeState } from '@/lib/viewing';

import { goneAfter } from './gone';

const AT_ONCE = 48;

const listQuery = (profileId: string) =>
  infiniteQueryOptions({
    queryKey: ['watchlist', profileId],
    staleTime: 0,
    initialPageParam: null as string | null,
    queryFn: ({ signal, pageParam }) =>
      api.get('/profiles/{profile_id}/watchlist', {
        path: { profile_id: profileId },
        query: { limit: AT_ONCE, cursor: pageParam },
        signal,
      }),
    getNextPageParam: (page) => page.next,
  });

/** What the profile put aside, the latest first. */
export function MyListPage() {
  const t = useT();
  useDocumentTitle(t('mylist.title'));
  const { profile_id: profileId } = useProfile();
  const gone = useGone();
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery(
    listQuery(profileId),
  );
  const faces = data?.pages.flatMap((page) => page.items).filter((each) => !gone.has(each.title_id));
  return (
    <div className="page min-h-screen">
      <div className="browse-head">
        <div>
          <h1 className="page-title">{t('mylist.title')}</h1>
          {faces && faces.length > 0 && !hasNextPage && (
            <p className="voice">{t('mylist.count', { count: faces.length })}</p>
          )}
        </div>
      </div>
      {error && !data && <ErrorState error={error} onRetry={() => void refetch()} />}
      {!error && !faces && <GridOutline count={12} />}
      {faces?.length === 0 && !hasNextPage && <NothingAside />}
      {faces && faces.length > 0 && (
        <TitleGrid label={t('mylist.title')}>
          {faces.map((face, at) => (
            <ListedCard key={face.title_id} face={face} profileId={profileId} eager={at < 6} />
          ))}
        </TitleGrid>
      )}
      {hasNextPage && (
        <div className="actions browse-more">
          <Button aria-disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {t('mylist.more')}
          </Button>
        </div>
      )}
    </div>
  );
}

function ListedCard({
  face,
  profileId,
  eager,
}: {
  face: Schemas['WatchlistItem'];
  profileId: string;
  eager: boolean;
}) {
  const t = useT();
  const take = (card: Element | null) => {
    const next = card?.nextElementSibling ?? card?.previousElementSibling;
    changeState(profileId, face, { is_listed: false });
    const link = next?.querySelector<HTMLElement>('a[href]');
    (link ?? document.getElementById('content'))?.focus({ preventScroll: true });
  };
  return (
    <TitleCard
      face={face}
      eager={eager}
      facts={[shortFacts(face), face.has_media ? t('mylist.plays') : null].filter(Boolean).join(' · ')}
      more={
        <IconButton
          className="more"
          label={t('mylist.remove', { name: face.name })}
          icon={BookmarkX}
          onClick={(event) => take(event.currentTarget.closest('li'))}
        />
      }
    />
  );
}

/** Titles that were just taken off the list, before the server's list says so; one that comes back is in it again. */
function useGone(): ReadonlySet<string> {
  const [gone, setGone] = useState<ReadonlySet<string>>(new Set());
  useEffect(() => onMove((move) => setGone((now) => goneAfter(now, move))), []);
  return gone;
}

function NothingAside() {
  const t = useT();
  return (
    <EmptyState
      icon={Bookmark}
      kicker={t('mylist.empty.kicker')}
      title={t('mylist.empty.title')}
      sentence={t('mylist.empty.sentence')}
      frames
    >
      <Link to="/genres" className={buttonClass()}>
        {t('mylist.empty.look')}
      </Link>
    </EmptyState>
  );
}
