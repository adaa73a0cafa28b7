import { useNavigate } from '@tanstack/react-router';
import { ArrowLeft, RotateCcw, SkipForward, Star, ThumbsDown, ThumbsUp } from 'lucide-react';

import { Button } from '@/components/Button';
import { Icon } from '@/components/Icon';
import { useT } from '@/lib/i18n';
import { useTitleState } from '@/lib/viewing';

import type { PlaySession } from './begin';
import { useWatch } from './context';

const STARS = [1, 2, 3, 4, 5] as const;

function Opinion({ title }: Pick<PlaySession, 'title'>) {
  const t = useT();
  const { state, change } = useTitleState(title);
  return (
    <div className="pl-opinion">
      <Button
        compact
        icon={ThumbsUp}
        filled={state?.thumb === 'up'}
        aria-pressed={state?.thumb === 'up'}
        onClick={() => change({ thumb: state?.thumb === 'up' ? null : 'up' })}
      >
        {t('player.endedLike')}
      </Button>
      <Button
        compact
        icon={ThumbsDown}
        filled={state?.thumb === 'down'}
        aria-pressed={state?.thumb === 'down'}
        onClick={() => change({ thumb: state?.thumb === 'down' ? null : 'down' })}
      >
        {t('player.endedDislike')}
      </Button>
      <fieldset className="pl-stars">
        <legend className="sr-only">{t('player.endedRate', { name: title.name })}</legend>
        {STARS.map((stars) => (
          <label key={stars} data-lit={(state?.rating ?? 0) >= stars || undefined}>
            <input
              type="radio"
              name="stars"
              className="sr-only"
              checked={state?.rating === stars}
              onChange={() => change({ rating: stars })}
            />
            <span className="sr-only">{t('player.endedStars', { stars })}</span>
            <Icon of={Star} size={24} filled={(state?.rating ?? 0) >= stars} />
          </label>
        ))}
      </fieldset>
    </div>
  );
}

/** After the last picture: what did you think of it, and where to. */
export function Ended({ session, onNext }: { session: PlaySession; onNext: (() => void) | null }) {
  const t = useT();
  const watch = useWatch();
  const navigate = useNavigate();
  const { title, next } = session;
  return (
    <section className="pl-over" aria-label={t('player.endedTitle', { name: title.name })} data-row="over">
      <h2>{t('player.endedTitle', { name: title.name })}</h2>
      <p className="voice">{t('player.endedSentence')}</p>
      <Opinion title={title} />
      <div className="actions">
        {next && onNext && (
          <Button look="primary" icon={SkipForward} filled onClick={onNext}>
            {t('player.nextNamed', { name: next.name })}
          </Button>
        )}
        <Button
          look={next ? 'plain' : 'primary'}
          icon={ArrowLeft}
          onClick={() =>
            void navigate({ to: '/titles/$titleId', params: { titleId: title.title_id }, replace: true })
          }
        >
          {t('player.endedBack', { name: title.name })}
        </Button>
        <Button icon={RotateCcw} onClick={() => watch.startOver()}>
          {t('player.endedAgain')}
        </Button>
      </div>
    </section>
  );
}
