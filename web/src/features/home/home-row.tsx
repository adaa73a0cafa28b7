import { Link } from '@tanstack/react-router';
import { memo, useId, useState } from 'react';

import { Cited } from '@/components/Cited';
import { Dialog } from '@/components/Dialog';
import { endOf } from '@/components/PlayLink';
import { Poster } from '@/components/Poster';
import { Row, type RowSource } from '@/components/Row';
import { shortFacts, TitleCard } from '@/components/TitleCard';
import { TitleMenu } from '@/components/TitleMenu';
import type { Schemas } from '@/lib/api';
import { duration, list } from '@/lib/format';
import { genreName } from '@/lib/genres';
import { useT, type Key } from '@/lib/i18n';
import { useProfile } from '@/lib/session';
import { changeState } from '@/lib/viewing';

import type { HomeRow } from './merge';

type Item = Schemas['RecommendedItem'];

const SOURCES: Record<HomeRow['kind'], RowSource> = {
  continue_watching: 'clock',
  playable: 'screen',
  top_picks: 'seen',
  because_you_watched: 'seen',
  my_list: 'list',
  trending: 'house',
  genre: 'taste',
  hidden_gems: 'gem',
  new_here: 'house',
  short_tonight: 'clock',
  more_by_director: 'person',
  more_with_person: 'person',
  watch_again: 'again',
};
const LINES = 5;

interface HomeRowProps {
  row: HomeRow;
  id: string;
  gone: ReadonlySet<string>;
  isFirst: boolean;
}

/** A row of the home page, in the shape of what it holds. */
export const HomeRowView = memo(function HomeRowView({ row, id, gone, isFirst }: HomeRowProps) {
  const t = useT();
  const [asks, setAsks] = useState(false);
  const shape = shapeOf(row);
  return (
    <>
      <Row
        id={id}
        source={SOURCES[row.kind]}
        kicker={t(`home.kicker.${row.kind}` as Key & `home.kicker.${HomeRow['kind']}`)}
        title={row.kind === 'genre' ? genreName(row.title) : row.title}
        sentence={row.sentence}
        shape={shape}
        items={itemsOf(row, shape, gone, isFirst)}
      >
        {shape === 'posters' && (
          <button type="button" className="link" onClick={() => setAsks(true)}>
            {t('home.row.why')}
          </button>
        )}
      </Row>
      {asks && <ReasonsDialog row={row} onClose={() => setAsks(false)} />}
    </>
  );
});

function shapeOf(row: HomeRow): 'posters' | 'panoramas' | 'programme' {
  if (row.kind === 'continue_watching' || row.kind === 'playable') return 'panoramas';
  return row.kind === 'trending' ? 'programme' : 'posters';
}

function itemsOf(
  row: HomeRow,
  shape: ReturnType<typeof shapeOf>,
  gone: ReadonlySet<string>,
  isFirst: boolean,
) {
  if (shape === 'programme') {
    return row.items
      .filter((item) => !gone.has(item.title_id))
      .slice(0, LINES)
      .map((item) => <Line key={item.title_id} item={item} />);
  }
  return row.items.map((item, at) => {
    if (gone.has(item.title_id)) return <Gone key={item.title_id} item={item} wide={shape === 'panoramas'} />;
    if (shape === 'panoramas') return <Panorama key={item.title_id} item={item} />;
    return (
      <TitleCard
        key={item.title_id}
        face={item}
        sentence={item.evidence.text}
        cites={item.evidence.name}
        eager={isFirst && at < 4}
        more={<TitleMenu face={item} />}
      />
    );
  });
}

/** A title as a still with what is left of it: it plays with one click, where it plays here at all. */
function Panorama({ item }: { item: Item }) {
  const t = useT();
  const id = useId();
  const from = item.position_s ?? 0;
  const end = endOf(item, from);
  const left = item.length_s ? duration(Math.max(0, item.length_s - from)) : null;
  const facts = [
    left && (from > 0 ? t('home.card.left', { time: left }) : left),
    item.has_media && end && t('components.play.endsAt', { time: end }),
  ].filter(Boolean);
  const name = item.name;
  return (
    <li className="card" data-title={item.title_id}>
      {item.has_media ? (
        <Link
          className="over"
          to="/watch/$titleId"
          params={{ titleId: item.title_id }}
          preload={false}
          aria-describedby={id}
        >
          <span className="sr-only">
            {from > 0 ? t('components.play.resumeTitle', { name }) : t('components.play.title', { name })}
          </span>
        </Link>
      ) : (
        <Link
          className="over"
          to="/titles/$titleId"
          params={{ titleId: item.title_id }}
          aria-describedby={id}
        >
          <span className="sr-only">{name}</span>
        </Link>
      )}
      <span className="lit" aria-hidden>
        <Poster face={item} wide />
      </span>
      {item.progress ? (
        <span className="bar">
          <i style={{ width: `${Math.round(item.progress * 100)}%` }} />
        </span>
      ) : null}
      <span className="caption" aria-hidden>
        <b>{name}</b>
        <span id={id}>{facts.join(' · ') || shortFacts(item)}</span>
      </span>
      <TitleMenu face={item} />
    </li>
  );
}

/** A line of the programme: the name set large, the sentence under it, and what one needs to choose. */
function Line({ item }: { item: Item }) {
  const t = useT();
  const end = endOf(item);
  return (
    <li className="card line" data-title={item.title_id}>
      <Link to="/titles/$titleId" params={{ titleId: item.title_id }}>
        <Poster face={item} />
        <span>
          <b>{item.name}</b>
          <span className="voice">
            <Cited text={item.evidence.text} name={item.evidence.name} />
          </span>
          <span className="small narrow">{shortFacts(item)}</span>
        </span>
        <span className="small">
          {item.directors.length > 0 && (
            <>
              {list(item.directors)}
              <br />
            </>
          )}
          {item.year}
        </span>
        <span className="small right">{item.length_s ? duration(item.length_s) : ''}</span>
        <span className="right">
          {item.has_media && end ? (
            <>
              <span className="small">{t('home.card.ends')}</span> <strong>{end}</strong>
            </>
          ) : (
            <span className="small">{item.genres.slice(0, 2).map(genreName).join(', ')}</span>
          )}
        </span>
      </Link>
      <TitleMenu face={item} />
    </li>
  );
}

/** The place of a title that somebody did not want: it stays where it was until the page is made anew. */
function Gone({ item, wide }: { item: Item; wide: boolean }) {
  const t = useT();
  const { profile_id: profileId } = useProfile();
  return (
    <li className="card gone" data-title={item.title_id}>
      <div className={`poster ${wide ? 'wide' : ''}`.trim()}>
        <p className="voice">{t('home.gone.said', { name: item.name })}</p>
        <button
          type="button"
          className="link"
          onClick={() => changeState(profileId, item, { is_dismissed: false })}
        >
          {t('home.gone.back')}
        </button>
      </div>
      <span className="caption" />
    </li>
  );
}

/** Every title of a row with its reason: for who cannot hover, and for who wants to compare. */
function ReasonsDialog({ row, onClose }: { row: HomeRow; onClose: () => void }) {
  return (
    <Dialog title={row.kind === 'genre' ? genreName(row.title) : row.title} onClose={onClose}>
      {row.sentence && <p className="voice reasons-lead">{row.sentence}</p>}
      <ul className="reasons" role="list">
        {row.items.map((item) => (
          <li key={item.title_id}>
            <Link to="/titles/$titleId" params={{ titleId: item.title_id }}>
              <b>{item.name}</b>
              <span className="voice">
                <Cited text={item.evidence.text} name={item.evidence.name} />
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
