import { TriangleAlert, WifiOff, type LucideIcon } from 'lucide-react';
import { useEffect, useState, type ReactNode } from 'react';

import { Refusal } from '@/lib/api';
import { useT } from '@/lib/i18n';

import { Button } from './Button';
import { Icon } from './Icon';
import { PosterOutline } from './Poster';

interface StateProps {
  icon: LucideIcon;
  kicker: string;
  title: string;
  sentence: ReactNode;
  children?: ReactNode;
  tone?: 'lamp' | 'alert' | 'info';
  level?: 1 | 2;
}

function State({
  icon,
  kicker,
  title,
  sentence,
  children,
  tone = 'lamp',
  level = 2,
  frames = false,
}: StateProps & { frames?: boolean }) {
  const Heading = `h${level}` as const;
  const colour = { lamp: '', alert: 'text-alert', info: 'text-info' }[tone];
  return (
    <div className="state">
      <p className={`evidence ${colour}`}>
        <Icon of={icon} size={18} />
        {kicker}
      </p>
      <Heading>{title}</Heading>
      <p className="voice">{sentence}</p>
      {frames && (
        <div className="empty-frames" aria-hidden>
          <i />
          <i />
          <i />
        </div>
      )}
      {children && <div className="actions">{children}</div>}
    </div>
  );
}

/** Nothing is here yet, and how something gets here; `frames` draws the empty places. */
export function EmptyState(props: StateProps & { frames?: boolean }) {
  return <State {...props} />;
}

type Trouble = 'offline' | 'missing' | 'forbidden' | 'error';

/** Whether a part of the site itself did not arrive: each browser has its own words for a module that it could not fetch. */
function isUnfetched(error: unknown): boolean {
  return error instanceof TypeError && /module|import/i.test(error.message);
}

function troubleOf(error: unknown): Trouble {
  if (isUnfetched(error)) return 'offline';
  if (!(error instanceof Refusal)) return 'error';
  if (error.isOffline) return 'offline';
  const known: Record<number, Trouble> = { 403: 'forbidden', 404: 'missing' };
  return known[error.status] ?? 'error';
}

/** Why something did not work, and what to do; `onRetry` gives a button. */
export function ErrorState({
  error,
  onRetry,
  level = 2,
}: {
  error: unknown;
  onRetry?: () => void;
  level?: 1 | 2;
}) {
  const t = useT();
  const trouble = troubleOf(error);
  // A browser does not ask again for a module that it could not fetch: the page begins anew.
  const retry = isUnfetched(error) ? () => location.reload() : onRetry;
  return (
    <div role="alert">
      <State
        icon={trouble === 'offline' ? WifiOff : TriangleAlert}
        tone={trouble === 'offline' ? 'info' : 'alert'}
        kicker={t(`components.${trouble}.kicker`)}
        title={t(`components.${trouble}.title`)}
        sentence={t(`components.${trouble}.sentence`)}
        level={level}
      >
        {onRetry && trouble !== 'missing' && (
          <Button look="primary" onClick={retry}>
            {t('components.retry')}
          </Button>
        )}
      </State>
    </div>
  );
}

/** After two seconds of waiting, words; before, nothing moves. */
export function Waiting() {
  const t = useT();
  const [isLong, setLong] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), 2000);
    return () => {
      clearTimeout(timer);
    };
  }, []);
  return (
    <p className="waiting" role="status">
      {isLong ? t('components.waiting') : ''}
    </p>
  );
}

/** The shape of a rail before its posters are known. */
export function RailOutline({ count = 6 }: { count?: number }) {
  return (
    <div className="rail" aria-hidden>
      {Array.from({ length: count }, (_, at) => (
        <div key={at} className="w-[clamp(9.25rem,13.2vw,15rem)] flex-none">
          <PosterOutline />
        </div>
      ))}
    </div>
  );
}
