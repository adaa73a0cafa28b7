import { Play } from 'lucide-react';
import { useEffect, useEffectEvent, useState } from 'react';

import { Button } from '@/components/Button';
import { useT } from '@/lib/i18n';

import type { PlaySession } from './begin';
import { useMedia, useWatchState, lengthOf } from './context';
import { COUNTDOWN_S, proposalAt } from './logic/ending';

type Following = NonNullable<PlaySession['next']>;

/** Whether the next episode is proposed now; `isDeclined` is whether somebody said no. */
export function useProposal(isDeclined: boolean): 'none' | 'offer' | 'countdown' {
  const { session, preferences, phase } = useWatchState();
  const media = useMedia();
  if (!session || phase !== 'open') return 'none';
  return proposalAt(
    {
      duration_s: lengthOf(media, session),
      credits_at_s: session.credits_at_s,
      hasNext: session.next !== null,
      autoplay: preferences?.autoplay ?? false,
    },
    { time_s: media.time_s, hasEnded: media.hasEnded, isDeclined },
  );
}

/** Seconds that are left, counted only while the film runs or has run out; `onZero` when none is. */
function useCountdown(isRunning: boolean, onZero: () => void): number {
  const [left, setLeft] = useState(COUNTDOWN_S);
  const finish = useEffectEvent(onZero);
  useEffect(() => {
    if (!isRunning) return;
    if (left <= 0) {
      finish();
      return;
    }
    const timer = setTimeout(() => setLeft((now) => now - 1), 1000);
    return () => {
      clearTimeout(timer);
    };
  }, [isRunning, left]);
  return left;
}

/** Proposes the next episode, and begins it where nobody says no; it takes no focus. */
export function NextCard({
  next,
  isCounting,
  onNext,
  onDecline,
}: {
  next: Following;
  isCounting: boolean;
  onNext: () => void;
  onDecline: () => void;
}) {
  const t = useT();
  const { isPaused, hasEnded } = useMedia();
  const left = useCountdown(isCounting && (!isPaused || hasEnded), onNext);
  const { season, number } = next;
  const place =
    number === null
      ? null
      : season === null
        ? t('player.nextEpisode', { number })
        : t('player.nextNumbered', { season, number });
  return (
    <section className="pl-next" aria-label={t('player.nextKicker')} data-row="next">
      <p className="evidence">{place ?? t('player.nextKicker')}</p>
      <h2>{next.name}</h2>
      {isCounting && (
        <>
          <p className="voice" aria-hidden>
            {t('player.nextIn', { seconds: left })}
          </p>
          <p className="sr-only" role="status">
            {t('player.nextSoon', { seconds: COUNTDOWN_S, name: next.name })}
          </p>
          <span className="pl-bar" aria-hidden>
            <i style={{ width: `${(1 - left / COUNTDOWN_S) * 100}%` }} />
          </span>
        </>
      )}
      <div className="actions">
        <Button look="primary" compact icon={Play} filled onClick={onNext}>
          {t('player.nextNow')}
        </Button>
        <Button compact onClick={onDecline}>
          {t('player.nextStay')}
        </Button>
      </div>
    </section>
  );
}
