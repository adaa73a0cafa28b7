import { useCanGoBack, useNavigate, useRouter } from '@tanstack/react-router';
import { ArrowLeft } from 'lucide-react';
import { useCallback, useEffect, useRef, useState, type PointerEvent } from 'react';

import { IconButton } from '@/components/Button';
import { useT } from '@/lib/i18n';
import { useDocumentTitle } from '@/lib/page';

import { Captions } from './Captions';
import { useMedia, useWatch, useWatchState } from './context';
import { Controls, type PanelName } from './Controls';
import { Ended } from './Ended';
import { Help } from './Help';
import type { Action } from './logic/keymap';
import { NextCard, useProposal } from './Next';
import { Notice, Resumed } from './Notices';
import { announce, announcePlace, creditOf, keepAwake } from './system';
import { Blocked, TroubleScreen } from './Troubles';
import { useAwake } from './useAwake';
import { useKeys } from './useKeys';

/** Leave the player: to where one came from, or to the film's page. */
function useLeave(titleId: string): () => void {
  const router = useRouter();
  const canGoBack = useCanGoBack();
  const navigate = useNavigate();
  return () => {
    if (document.fullscreenElement) void document.exitFullscreen();
    if (canGoBack) router.history.back();
    else void navigate({ to: '/titles/$titleId', params: { titleId }, replace: true });
  };
}

/** Tell the system what plays, and keep the screen on. */
function useSystem(video: React.RefObject<HTMLVideoElement | null>, onNext: (() => void) | null): void {
  const watch = useWatch();
  const { session } = useWatchState();
  useEffect(() => (video.current ? keepAwake(video.current) : undefined), [video]);
  useEffect(() => {
    if (!session) return;
    return announce(session, {
      play: () => watch.play(),
      pause: () => watch.pause(),
      seekBy: (seconds) => watch.seekBy(seconds),
      seekTo: (seconds) => watch.seekTo(seconds),
      next: onNext,
    });
  }, [session, watch, onNext]);
  const { isPaused, isSeeking, duration_s } = useMedia();
  useEffect(() => {
    if (video.current) announcePlace(video.current);
  }, [video, isPaused, isSeeking, duration_s]);
}

function Head({ onLeave }: { onLeave: () => void }) {
  const t = useT();
  const { session } = useWatchState();
  return (
    <div className="head chrome" data-row="head">
      <IconButton label={t('player.back')} icon={ArrowLeft} size={26} onClick={onLeave} />
      <div>
        <h1>{session?.title.name ?? t('player.title')}</h1>
        {session && <p>{creditOf(session)}</p>}
      </div>
    </div>
  );
}

/** What is over the picture beside the controls: one thing at a time. */
function Over({ titleId, onNext }: { titleId: string; onNext: (() => void) | null }) {
  const { session, trouble, phase, isBlocked } = useWatchState();
  const { hasEnded } = useMedia();
  const [declinedFor, setDeclinedFor] = useState<string | null>(null);
  const playing = session?.play_session_id ?? null;
  const proposal = useProposal(declinedFor !== null && declinedFor === playing);
  if (phase === 'failed' && trouble)
    return <TroubleScreen trouble={trouble} titleId={session?.title.title_id ?? titleId} />;
  if (isBlocked) return <Blocked />;
  if (!session) return null;
  if (session.next && onNext && proposal !== 'none' && !(hasEnded && proposal === 'offer'))
    return (
      <NextCard
        key={playing}
        next={session.next}
        isCounting={proposal === 'countdown'}
        onNext={onNext}
        onDecline={() => setDeclinedFor(playing)}
      />
    );
  return hasEnded ? <Ended session={session} onNext={onNext} /> : null;
}

/** The player: the picture, and everything over it. */
export function Player({ titleId }: { titleId: string }) {
  const t = useT();
  const watch = useWatch();
  const navigate = useNavigate();
  const { session, phase, preferences, isBlocked } = useWatchState();
  const { isPaused, hasEnded } = useMedia();
  const root = useRef<HTMLElement>(null);
  const video = useRef<HTMLVideoElement>(null);
  const takeVideo = useCallback(
    (element: HTMLVideoElement) => {
      video.current = element;
      return watch.attach(element);
    },
    [watch],
  );
  const [panel, setPanel] = useState<PanelName | null>(null);
  const [isDragging, setDragging] = useState(false);
  const [hasHelp, setHelp] = useState(false);
  const name = session?.title.name;
  useDocumentTitle(name ? t('player.named', { name }) : t('player.title'));
  const [isAwake, wake, rest] = useAwake(root, isPaused || panel !== null || isDragging || hasHelp);
  const leave = useLeave(session?.title.title_id ?? titleId);
  const nextId = session?.next?.title_id ?? null;
  const goNext = useCallback(() => {
    if (nextId)
      void navigate({
        to: '/watch/$titleId',
        params: { titleId: nextId },
        replace: true,
        viewTransition: false,
      });
  }, [navigate, nextId]);
  const onNext = nextId ? goNext : null;
  useSystem(video, onNext);
  const fullscreen = () => {
    if (root.current) watch.toggleFullscreen(root.current);
  };
  const simply = {
    toggle: () => watch.toggle(),
    mute: () => watch.toggleMute(),
    captions: () => watch.toggleCaptions(),
    pip: () => watch.togglePicture(),
    fullscreen,
    next: () => onNext?.(),
    help: () => setHelp(true),
    close: () => setPanel(null),
    leave,
    wake,
  };
  const act = (action: Action) => {
    if (action.do === 'seek') watch.seekBy(action.by);
    else if (action.do === 'volume') watch.changeVolume(action.by);
    else if (action.do === 'share') watch.seekTo(action.of * (session?.duration_s ?? 0));
    else if (action.do !== 'move') simply[action.do]();
  };
  useKeys(root, { shortcuts: preferences?.shortcuts ?? true, onWake: wake, onAction: act });
  const onPress = (event: PointerEvent) => {
    if (event.button !== 0 || panel !== null) return;
    if (event.pointerType === 'mouse') watch.toggle();
    else if (isAwake && !isPaused) rest();
    else wake();
  };
  return (
    <main
      ref={root}
      id="content"
      tabIndex={-1}
      className="player"
      data-theme="soiree"
      data-awake={isAwake || undefined}
      onPointerMove={(event) => {
        if (event.pointerType === 'mouse') wake();
      }}
      onFocus={wake}
    >
      <video
        ref={takeVideo}
        className="picture"
        aria-label={name ?? t('player.title')}
        playsInline
        onPointerUp={onPress}
        onDoubleClick={fullscreen}
      />
      <Captions />
      <span
        className="veil"
        data-shown={hasEnded || phase === 'failed' || isBlocked || undefined}
        aria-hidden
      />
      <Head onLeave={leave} />
      <Notice />
      <Resumed />
      {phase !== 'failed' && (
        <Controls
          panel={panel}
          onPanel={setPanel}
          onDrag={setDragging}
          onNext={onNext}
          onFullscreen={fullscreen}
          onHelp={() => setHelp(true)}
        />
      )}
      <Over titleId={titleId} onNext={onNext} />
      {hasHelp && <Help onClose={() => setHelp(false)} />}
    </main>
  );
}
