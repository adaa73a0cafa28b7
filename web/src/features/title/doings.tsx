import { Bookmark, BookmarkCheck, EyeOff, ThumbsDown, ThumbsUp } from 'lucide-react';

import { Button, IconButton } from '@/components/Button';
import { PlayLink } from '@/components/PlayLink';
import type { Schemas } from '@/lib/api';
import { useT } from '@/lib/i18n';
import type { TitleState } from '@/lib/viewing';

import { Rating } from './rating';

type Change = (patch: Partial<TitleState>) => void;

/** What a click on Play starts: the title, or the episode of the series whose turn it is. */
export interface Playable {
  length_s: number | null;
  position_s: number;
  episode: Schemas['Episode'] | null;
}

/** Play, put aside, say what one thinks. */
export function Doings({
  title,
  playable,
  state,
  change,
}: {
  title: Schemas['Title'];
  playable: Playable | null;
  state: TitleState | undefined;
  change: Change;
}) {
  const t = useT();
  const isListed = state?.is_listed ?? false;
  const thumb = state?.thumb ?? null;
  const isDismissed = state?.is_dismissed ?? false;
  const { episode } = playable ?? { episode: null };
  return (
    <div className="doings">
      <div className="actions" data-arrows>
        {playable ? (
          <PlayLink face={{ ...title, length_s: playable.length_s }} positionS={playable.position_s} />
        ) : (
          <p className="not-here">
            <b>{t('title.notHere')}</b>
            <span className="small">{t('title.notHereBut')}</span>
          </p>
        )}
        <Button
          icon={isListed ? BookmarkCheck : Bookmark}
          aria-pressed={isListed}
          onClick={() => change({ is_listed: !isListed })}
        >
          {t('title.myList')}
        </Button>
        <span className="thumbs">
          <IconButton
            label={t('components.do.like')}
            icon={ThumbsUp}
            filled={thumb === 'up'}
            aria-pressed={thumb === 'up'}
            onClick={() => change({ thumb: thumb === 'up' ? null : 'up' })}
          />
          <IconButton
            label={t('components.do.dislike')}
            icon={ThumbsDown}
            filled={thumb === 'down'}
            aria-pressed={thumb === 'down'}
            onClick={() => change({ thumb: thumb === 'down' ? null : 'down' })}
          />
          <IconButton
            label={t('components.do.dismiss')}
            icon={EyeOff}
            aria-pressed={isDismissed}
            onClick={() => change({ is_dismissed: !isDismissed })}
          />
        </span>
      </div>
      {episode && <p className="small which">{whichWords(episode, t)}</p>}
      <Rating rating={state?.rating ?? null} onRate={(rating) => change({ rating })} />
    </div>
  );
}

function whichWords(episode: Schemas['Episode'], t: ReturnType<typeof useT>): string {
  const { season, number, name } = episode;
  if (number === null) return name;
  return season === null
    ? t('title.which', { number, name })
    : t('title.whichOfSeason', { season, number, name });
}
