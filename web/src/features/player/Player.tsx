import { useCanGoBack, useNavigate, useRouter } from '@tanstack/react-router';
import { ArrowLeft } from 'lucide-react';
import { useCallback, useEffect, useRef, useState } from 'react';

import { IconButton } from '@/components/Button';
import { useT } from '@/lib/i18n';
import { useDocumentTitle } from '@/lib/page';

import type { PlaySession } from './begin';
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
    <div className="pl-head pl-chrome" data-row="head">
      <IconButton label={t('player.back')} icon={ArrowLeft} size={26} onClick={onLeave} />
      <div>
        <h1>{session?.title.name ?? t('player.title')}</h1>
        {session && <p>{creditOf(session)}</p>}
      </div>
    </div>
  );
}

/** What a film that plays, or has ended, leads to: the next episode, or what one thought of it. */
function Following({ session, onNext }: { session: PlaySession; onNext: (() => void) | null }) {
  const { hasEnded } = useMedia();
  const [isDeclined, setDeclined] = useState(false);
  const proposal = useProposal(isDeclined);
  const isShown = proposal === 'countdown' || (proposal === 'offer' && !hasEnded);
  if (session.next && onNext && isShown)
    return (
      <NextCard
        next={session.next}
        isCounting={proposal === 'countdown'}
        onNext={onNext}
        onDecline={() => setDeclined(true)}
      />
    );
  return hasEnded ? <Ended session={session} onNext={onNext} /> : null;
}

/** What is over the picture beside the controls: one thing at a time. */
function Over({ titleId, onNext }: { titleId: string; onNext: (() => void) | null }) {
  const { session, trouble, phase, isBlocked } = useWatchState();
  if (phase === 'failed' && trouble)
    return <TroubleScreen trouble={trouble} titleId={session?.title.title_id ?? titleId} />;
  if (isBlocked) return <Blocked />;
  return session && <Following key={session.play_session_id} session={session} onNext={onNext} />;
}

/** Go on to the next episode; null where there is none. */
function useNext(): (() => void) | null {
  const navigate = useNavigate();
  const { session } = useWatchState();
  const titleId = session?.next?.title_id ?? null;
  const goNext = useCallback(() => {
    if (titleId !== null)
      void navigate({ to: '/watch/$titleId', params: { titleId }, replace: true, viewTransition: false });
  }, [navigate, titleId]);
  return titleId === null ? null : goNext;
}

interface Doing {
  onNext: (() => void) | null;
  onFullscreen: () => void;
  onHelp: () => void;
  onClose: () => void;
  onLeave: () => void;
}

/** What keys ask for, done. */
function useActions({ onNext, onFullscreen, onHelp, onClose, onLeave }: Doing): (action: Action) => void {
  const watch = useWatch();
  const { session } = useWatchState();
  const simply = {
    toggle: () => watch.toggle(),
    mute: () => watch.toggleMute(),
    captions: () => watch.toggleCaptions(),
    pip: () => watch.togglePicture(),
    fullscreen: onFullscreen,
    next: () => onNext?.(),
    help: onHelp,
    close: onClose,
    leave: onLeave,
    wake: () => undefined,
  };
  return (action) => {
    if (action.do === 'seek') watch.seekBy(action.by);
    else if (action.do === 'volume') watch.changeVolume(action.by);
    else if (action.do === 'share') watch.seekTo(action.of * (session?.duration_s ?? 0));
    else if (action.do !== 'move') simply[action.do]();
  };
}

/** The picture itself: a click plays or pauses, a touch shows or hides the controls. */
function Picture({
  videoRef,
  onPress,
  onFullscreen,
}: {
  videoRef: React.RefObject<HTMLVideoElement | null>;
  onPress: (isMouse: boolean) => void;
  onFullscreen: () => void;
}) {
  const t = useT();
  const watch = useWatch();
  const { session } = useWatchState();
  const take = useCallback(
    (video: HTMLVideoElement) => {
      videoRef.current = video;
      return watch.attach(video);
    },
    [videoRef, watch],
  );
  return (
    <video
      ref={take}
      className="pl-picture"
      aria-label={session?.title.name ?? t('player.title')}
      playsInline
      onPointerUp={(event) => {
        if (event.button === 0) onPress(event.pointerType === 'mouse');
      }}
      onDoubleClick={onFullscreen}
    />
  );
}

/** The veil behind what is over the picture. */
function Veil() {
  const { phase, isBlocked } = useWatchState();
  const { hasEnded } = useMedia();
  return (
    <span
      className="pl-veil"
      data-shown={hasEnded || phase === 'failed' || isBlocked || undefined}
      aria-hidden
    />
  );
}

/** The name of the page while a film plays. */
function useName(): void {
  const t = useT();
  const { session } = useWatchState();
  useDocumentTitle(session ? t('player.named', { name: session.title.name }) : t('player.title'));
}

/** The player: the picture, and everything over it. */
export function Player({ titleId }: { titleId: string }) {
  const watch = useWatch();
  const { session, phase, preferences } = useWatchState();
  const { isPaused } = useMedia();
  const root = useRef<HTMLElement>(null);
  const video = useRef<HTMLVideoElement>(null);
  const [panel, setPanel] = useState<PanelName | null>(null);
  const [isDragging, setDragging] = useState(false);
  const [hasHelp, setHelp] = useState(false);
  const isHeld = [isPaused, panel !== null, isDragging, hasHelp].includes(true);
  const [isAwake, wake, rest] = useAwake(root, isHeld);
  const onLeave = useLeave(session?.title.title_id ?? titleId);
  const onNext = useNext();
  useName();
  useSystem(video, onNext);
  const onFullscreen = () => {
    if (root.current) watch.toggleFullscreen(root.current);
  };
  const onHelp = () => setHelp(true);
  const onClose = () => setPanel(null);
  const onAction = useActions({ onNext, onFullscreen, onHelp, onClose, onLeave });
  useKeys(root, { shortcuts: preferences?.shortcuts ?? true, onWake: wake, onAction });
  const onPress = (isMouse: boolean) => {
    if (panel !== null) return;
    if (isMouse) watch.toggle();
    else if (isAwake && !isHeld) rest();
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
      <Picture videoRef={video} onPress={onPress} onFullscreen={onFullscreen} />
      <span className="pl-shade pl-chrome" aria-hidden />
      <Captions />
      <Veil />
      <Head onLeave={onLeave} />
      <div className="pl-aside">
        <Notice />
        <Resumed />
      </div>
      {phase !== 'failed' && (
        <Controls
          panel={panel}
          onPanel={setPanel}
          onDrag={setDragging}
          onNext={onNext}
          onFullscreen={onFullscreen}
          onHelp={onHelp}
        />
      )}
      <Over titleId={titleId} onNext={onNext} />
      {hasHelp && <Help onClose={() => setHelp(false)} />}
    </main>
  );
}
