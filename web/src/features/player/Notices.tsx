import { WifiOff } from 'lucide-react';
import { useEffect, useState } from 'react';

import { Icon } from '@/components/Icon';
import { useT } from '@/lib/i18n';

import { useMedia, useWatch, useWatchState } from './context';
import { passes } from './logic/trouble';
import { exactText } from './logic/times';

const WORDS_AFTER_MS = 2000;
const STALLED_AFTER_MS = 10_000;
const RESUMED_MS = 12_000;

/** How long something has lasted: not long, two seconds, ten seconds. */
function useLasting(isSo: boolean): 'short' | 'long' | 'stalled' {
  const [lasting, setLasting] = useState<'short' | 'long' | 'stalled'>('short');
  useEffect(() => {
    if (!isSo) return;
    const timers = [
      setTimeout(() => setLasting('long'), WORDS_AFTER_MS),
      setTimeout(() => setLasting('stalled'), STALLED_AFTER_MS),
    ];
    return () => {
      timers.forEach(clearTimeout);
      setLasting('short');
    };
  }, [isSo]);
  return isSo ? lasting : 'short';
}

/** What is in the way, in words, shown and said: waiting, no network, no server. */
export function Notice() {
  const t = useT();
  const watch = useWatch();
  const { trouble, phase, isBlocked } = useWatchState();
  const { isWaiting } = useMedia();
  const isOpening = phase === 'opening';
  const lasting = useLasting((isOpening || isWaiting) && trouble === null && !isBlocked);
  const waits = trouble && passes(trouble) ? trouble : null;
  const words = {
    short: '',
    long: isOpening ? t('player.opening') : t('player.slow'),
    stalled: t('player.stalled'),
  }[lasting];
  return (
    <div className="pl-notice" role="status" data-shown={waits !== null || words !== '' || undefined}>
      {waits ? (
        <>
          <p className="evidence">
            <Icon of={WifiOff} size={18} />
            {t(`player.trouble.${waits.kind}.title`)}
          </p>
          <p className="voice">{t(`player.trouble.${waits.kind}.sentence`)}</p>
          <button type="button" className="link" onClick={() => watch.retryNow()}>
            {t('player.act.now')}
          </button>
        </>
      ) : (
        words && <p className="voice">{words}</p>
      )}
    </div>
  );
}

/** "Taken up again at 12:03 — start over", for a moment. */
export function Resumed() {
  const t = useT();
  const watch = useWatch();
  const { resumedAt, hasFirstFrame, session } = useWatchState();
  const isShown = resumedAt !== null && hasFirstFrame;
  useEffect(() => {
    if (!isShown) return;
    const timer = setInterval(() => {
      if (!document.querySelector('.pl-resumed:is(:hover, :focus-within)')) watch.forgetResumed();
    }, RESUMED_MS);
    return () => {
      clearInterval(timer);
    };
  }, [isShown, watch]);
  if (!isShown) return null;
  return (
    <p className="pl-resumed" data-row="resumed">
      <span>{t('player.resumed', { time: exactText(resumedAt, session?.duration_s ?? resumedAt) })}</span>
      <button type="button" onClick={() => watch.startOver()}>
        {t('player.startOver')}
      </button>
    </p>
  );
}
