import { Link, useNavigate } from '@tanstack/react-router';
import { MonitorOff, Play, TriangleAlert } from 'lucide-react';
import { useEffect, useRef } from 'react';

import { Button, buttonClass } from '@/components/Button';
import { Icon } from '@/components/Icon';
import { useT } from '@/lib/i18n';
import { forgetSession } from '@/lib/session';

import { useWatch, useWatchState } from './context';
import type { Trouble, TroubleKind } from './logic/trouble';

type Act = 'again' | 'here' | 'title' | 'home' | 'profiles' | 'signIn';

const ACTS: Readonly<Record<TroubleKind, readonly Act[]>> = {
  missing: ['title', 'home'],
  streams: ['again', 'title'],
  forbidden: ['profiles', 'home'],
  signedOut: ['signIn'],
  stopped: ['here', 'title'],
  network: ['again'],
  server: ['again'],
  limited: ['again'],
  decode: ['again', 'title'],
  unsupported: ['title'],
  unknown: ['again', 'title'],
};

function ActButton({ act, isFirst, titleId }: { act: Act; isFirst: boolean; titleId: string }) {
  const t = useT();
  const watch = useWatch();
  const navigate = useNavigate();
  const look = isFirst ? 'primary' : 'plain';
  const className = buttonClass({ look });
  const next = `/watch/${encodeURIComponent(titleId)}`;
  switch (act) {
    case 'again':
    case 'here':
      return (
        <Button look={look} onClick={() => void watch.again()}>
          {t(`player.act.${act}`)}
        </Button>
      );
    case 'title':
      return (
        <Link className={className} to="/titles/$titleId" params={{ titleId }} replace>
          {t('player.act.title')}
        </Link>
      );
    case 'home':
      return (
        <Link className={className} to="/home" replace>
          {t('player.act.home')}
        </Link>
      );
    case 'profiles':
      return (
        <Link className={className} to="/profiles" search={{ next }}>
          {t('player.act.profiles')}
        </Link>
      );
    case 'signIn':
      return (
        <Button
          look={look}
          onClick={() => {
            forgetSession(null);
            void navigate({ to: '/sign-in', search: { next } });
          }}
        >
          {t('player.act.signIn')}
        </Button>
      );
  }
}

function Playing({ playing }: Pick<Trouble, 'playing'>) {
  const t = useT();
  const watch = useWatch();
  return (
    <ul className="pl-playing">
      {playing.map(({ play_session_id, name, label }) => {
        const shown = label ? t('player.playingOn', { name, label }) : name;
        return (
          <li key={play_session_id}>
            <span>{shown}</span>
            <button
              type="button"
              aria-label={t('player.act.stop', { name: shown })}
              onClick={() => void watch.stopElsewhere(play_session_id)}
            >
              {t('player.stopShort')}
            </button>
          </li>
        );
      })}
    </ul>
  );
}

/** Why nothing plays, and what to do about it. */
export function TroubleScreen({ trouble, titleId }: { trouble: Trouble; titleId: string }) {
  const t = useT();
  const ref = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    ref.current?.focus();
  }, [trouble]);
  return (
    <section className="pl-over" role="alert" data-row="over">
      <p className="evidence text-alert">
        <Icon of={trouble.kind === 'unsupported' ? MonitorOff : TriangleAlert} size={18} />
        {t('player.trouble.kicker')}
      </p>
      <h2 ref={ref} tabIndex={-1}>
        {t(`player.trouble.${trouble.kind}.title`)}
      </h2>
      <p className="voice">{t(`player.trouble.${trouble.kind}.sentence`)}</p>
      {trouble.playing.length > 0 && <Playing playing={trouble.playing} />}
      <div className="actions">
        {ACTS[trouble.kind].map((act, at) => (
          <ActButton key={act} act={act} isFirst={at === 0} titleId={titleId} />
        ))}
      </div>
    </section>
  );
}

/** The browser plays nothing aloud before somebody asks: a large Play, and why. */
export function Blocked() {
  const t = useT();
  const watch = useWatch();
  const { session } = useWatchState();
  const ref = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    ref.current?.focus();
  }, []);
  return (
    <section className="pl-over pl-blocked" aria-label={t('player.blockedTitle')} data-row="over">
      <button
        ref={ref}
        type="button"
        className="pl-large-play"
        aria-label={t('player.playNamed', { name: session?.title.name ?? '' })}
        onClick={() => watch.play()}
      >
        <Icon of={Play} size={48} filled />
      </button>
      <h2>{t('player.blockedTitle')}</h2>
      <p className="voice">{t('player.blockedSentence')}</p>
    </section>
  );
}
