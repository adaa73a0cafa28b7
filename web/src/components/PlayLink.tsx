import { Link } from '@tanstack/react-router';
import { Play } from 'lucide-react';
import { useId } from 'react';

import type { Schemas } from '@/lib/api';
import { endsAt } from '@/lib/format';
import { useT } from '@/lib/i18n';

import { buttonClass } from './Button';
import { Icon } from './Icon';

type Playable = Pick<Schemas['Face'], 'title_id' | 'name' | 'length_s'>;

/** When a title ends if it is started now; null when nobody knows how long it is. */
export function endOf(face: Playable, positionS = 0): string | null {
  return face.length_s ? endsAt(Math.max(0, face.length_s - positionS)) : null;
}

/** Plays a title with one click, and says when it ends. */
export function PlayLink({
  face,
  positionS = 0,
  compact = false,
}: {
  face: Playable;
  positionS?: number | null | undefined;
  compact?: boolean;
}) {
  const t = useT();
  const id = useId();
  const from = positionS ?? 0;
  const end = endOf(face, from);
  const name = face.name;
  return (
    <span className={`${buttonClass({ look: 'primary', compact })} play-link`}>
      <Icon of={Play} filled />
      <Link
        className="over"
        to="/watch/$titleId"
        params={{ titleId: face.title_id }}
        aria-label={
          from > 0 ? t('components.play.resumeTitle', { name }) : t('components.play.title', { name })
        }
        aria-describedby={end ? id : undefined}
        preload={false}
      >
        {from > 0 ? t('components.play.resume') : t('components.play.play')}
      </Link>
      {end && (
        <small id={id} aria-hidden>
          {t('components.play.endsAt', { time: end })}
        </small>
      )}
    </span>
  );
}
