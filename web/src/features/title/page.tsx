import './title.css';

import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useDeferredValue } from 'react';

import { Poster, PosterOutline } from '@/components/Poster';
import { ErrorState, Waiting } from '@/components/States';
import type { Schemas } from '@/lib/api';
import { duration, list } from '@/lib/format';
import { certificationWords } from '@/lib/certifications';
import { genreName } from '@/lib/genres';
import { useT } from '@/lib/i18n';
import { useDocumentTitle } from '@/lib/page';
import { useProfile } from '@/lib/session';
import { stateQuery, useTitleState, whyQuery, type TitleState } from '@/lib/viewing';

import { Doings, type Playable } from './doings';
import { FactsTable, Sources } from './facts';
import { seasonsQuery, titleQuery } from './queries';
import { Review } from './review';
import { Seasons } from './seasons';
import { Similar } from './similar';
import { WhyHere } from './why';

/** From how many letters on a name is set smaller, to leave the page its first screen. */
const LONG_NAME = 34;

const route = getRouteApi('/inside/titles/$titleId');

/** Everything about one title, and everything that one can do with it. */
export function TitlePage() {
  const { titleId } = route.useParams();
  const { profile_id: profileId } = useProfile();
  const title = useQuery(titleQuery(titleId));
  const why = useQuery(whyQuery(profileId, titleId));
  const isSeries = title.data?.kind === 'series';
  const seasons = useQuery({ ...seasonsQuery(profileId, titleId), enabled: isSeries });
  const { state, change } = useTitleState({ title_id: titleId, name: title.data?.name ?? '' });
  const asked = useQuery(stateQuery(profileId, titleId));
  useDocumentTitle(title.data?.name);
  // The page is shown whole, so that nothing moves once it is there.
  const isKnown = title.data && !why.isPending && state && (!isSeries || !seasons.isPending);
  // A page that is drawn for the first time is drawn a little at a time: whoever touches it meanwhile is heard.
  const isDrawn = useDeferredValue(Boolean(isKnown), false);
  const error = (!title.data && title.error) || (!state && asked.error);
  if (error)
    return (
      <div className="page min-h-screen">
        <ErrorState
          error={error}
          onRetry={() => void Promise.all([title.refetch(), asked.refetch()])}
          level={1}
        />
      </div>
    );
  if (!isKnown || !isDrawn) return <TitleOutline />;
  return (
    <TitleView
      key={titleId}
      title={title.data}
      why={why.data}
      seasons={seasons.data}
      state={state}
      change={change}
    />
  );
}

function TitleView({
  title,
  why,
  seasons,
  state,
  change,
}: {
  title: Schemas['Title'];
  why: Schemas['Why'] | undefined;
  seasons: Schemas['Seasons'] | undefined;
  state: TitleState;
  change: (patch: Partial<TitleState>) => void;
}) {
  return (
    <article className="min-h-screen">
      <div className="title-page">
        <Poster face={title} eager travels />
        <div className="title-told">
          <h1 className={title.name.length > LONG_NAME ? 'long' : ''}>{title.name}</h1>
          {title.parent_id && <PartOf parentId={title.parent_id} />}
          <Line title={title} />
          <Doings title={title} playable={playableOf(title, seasons, state)} state={state} change={change} />
          {why && <WhyHere why={why} kind={title.kind} />}
          {title.synopsis && <p className="synopsis">{title.synopsis}</p>}
          {seasons && <Seasons seasons={seasons} />}
          <div className="title-more">
            <div>
              <Review title={title} review={state.review} />
            </div>
            <div>
              <FactsTable title={title} />
              <Sources title={title} />
            </div>
          </div>
        </div>
      </div>
      <Similar title={title} />
    </article>
  );
}

/** What one click on Play starts; null where nothing does. */
function playableOf(
  title: Schemas['Title'],
  seasons: Schemas['Seasons'] | undefined,
  state: TitleState,
): Playable | null {
  if (title.kind === 'series') {
    const episodes = seasons?.items.flatMap((season) => season.episodes) ?? [];
    const episode = episodes.find((each) => each.title_id === seasons?.resume_title_id);
    return episode?.has_media
      ? { length_s: episode.length_s, position_s: episode.position_s, episode }
      : null;
  }
  if (!title.has_media) return null;
  return {
    length_s: state.duration_s ?? title.length_s,
    position_s: state.in_progress ? state.position_s : 0,
    episode: null,
  };
}

/** Who made it, when, how long it is, what it is, and for whom. */
function Line({ title }: { title: Schemas['Title'] }) {
  const t = useT();
  const directors = title.credits.filter((each) => each.role === 'director');
  return (
    <p className="title-line">
      {directors.length > 0 ? (
        <b>
          {directors.map((each, at) => (
            <span key={each.person_id}>
              {at > 0 && ', '}
              <Link to="/people/$personId" params={{ personId: each.person_id }}>
                {each.name}
              </Link>
            </span>
          ))}
        </b>
      ) : (
        title.directors.length > 0 && <b>{list(title.directors)}</b>
      )}
      {title.year && <span>{title.year}</span>}
      {title.length_s && <span>{duration(title.length_s)}</span>}
      {title.kind === 'series' && <span>{t('title.series')}</span>}
      {title.genres.length > 0 && (
        <span>
          {title.genres.map((genre, at) => (
            <span key={genre}>
              {at > 0 && ', '}
              <Link to="/genres/$genre" params={{ genre }}>
                {genreName(genre)}
              </Link>
            </span>
          ))}
        </span>
      )}
      {title.certification && <span>{certificationWords(title.certification, t)}</span>}
    </p>
  );
}

/** The series that an episode, or a season, is a part of. */
function PartOf({ parentId }: { parentId: string }) {
  const t = useT();
  const { data: parent } = useQuery(titleQuery(parentId));
  const above = parent?.kind === 'series' ? null : (parent?.parent_id ?? null);
  const { data: grand } = useQuery({ ...titleQuery(above ?? ''), enabled: above !== null });
  const series = parent?.kind === 'series' ? parent : grand;
  return (
    <p className="part-of">
      {series && (
        <Link to="/titles/$titleId" params={{ titleId: series.title_id }} className="link">
          {t('title.partOf', { name: series.name })}
        </Link>
      )}
    </p>
  );
}

function TitleOutline() {
  const t = useT();
  return (
    <div className="title-page outlined" aria-busy="true">
      <PosterOutline />
      <div className="title-told">
        <h1 className="sr-only">{t('title.loading')}</h1>
        <div className="outline title-outline" aria-hidden />
        <Waiting />
      </div>
    </div>
  );
}
