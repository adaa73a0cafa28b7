import {
  Keyboard,
  Maximize,
  Minimize,
  Pause,
  PictureInPicture2,
  Play,
  RotateCcw,
  RotateCw,
  SkipForward,
  Volume1,
  Volume2,
  VolumeX,
} from 'lucide-react';
import { useSyncExternalStore } from 'react';

import { Icon } from '@/components/Icon';
import { endsAt, number, percent } from '@/lib/format';
import { useT } from '@/lib/i18n';

import { lengthOf, useMedia, useWatch, useWatchState } from './context';
import { placeText } from './logic/times';
import { AudioPanel, CaptionsPanel, QualityPanel, SpeedPanel } from './panels';
import { Scrubber } from './Scrubber';

export type PanelName = 'audio' | 'captions' | 'speed' | 'quality';

const STEP_S = 10;

function Times() {
  const t = useT();
  const { session, rate } = useWatchState();
  const media = useMedia();
  const total = Math.round(lengthOf(media, session));
  const time_s = media.hasEnded ? total : media.time_s;
  return (
    <p className="pl-times">
      <span>
        {placeText(time_s, total)} <small>{t('player.ofTotal', { total: placeText(total, total) })}</small>
      </span>
      <span className="voice">{t('player.ends', { time: endsAt(Math.max(0, total - time_s) / rate) })}</span>
    </p>
  );
}

function Volume() {
  const t = useT();
  const watch = useWatch();
  const { volume, isMuted } = useMedia();
  const heard = isMuted ? 0 : volume;
  const drawing = heard === 0 ? VolumeX : heard < 0.5 ? Volume1 : Volume2;
  const label = isMuted ? t('player.unmute') : t('player.mute');
  return (
    <span className="pl-volume">
      <button
        type="button"
        className="pl-control"
        aria-label={label}
        title={label}
        onClick={() => watch.toggleMute()}
      >
        <Icon of={drawing} size={24} />
      </button>
      <input
        type="range"
        min={0}
        max={100}
        step={5}
        value={Math.round(heard * 100)}
        aria-label={t('player.volume')}
        aria-valuetext={
          isMuted ? t('player.volumeMuted') : t('player.volumeAt', { percent: percent(volume) })
        }
        style={{ '--share': `${heard * 100}%` } as React.CSSProperties}
        onChange={(event) => watch.setVolume(Number(event.target.value) / 100)}
        onPointerUp={(event) => event.currentTarget.blur()}
      />
    </span>
  );
}

function Transport() {
  const t = useT();
  const watch = useWatch();
  const { isPaused } = useMedia();
  const label = isPaused ? t('player.play') : t('player.pause');
  return (
    <>
      <button
        type="button"
        className="pl-control pl-main"
        data-main
        aria-label={label}
        title={label}
        onClick={() => watch.toggle()}
      >
        <Icon of={isPaused ? Play : Pause} size={26} filled />
      </button>
      <button
        type="button"
        className="pl-control"
        aria-label={t('player.back10')}
        title={t('player.back10')}
        onClick={() => watch.seekBy(-STEP_S)}
      >
        <Icon of={RotateCcw} size={24} />
        <span className="pl-digits">{number(STEP_S)}</span>
      </button>
      <button
        type="button"
        className="pl-control"
        aria-label={t('player.on10')}
        title={t('player.on10')}
        onClick={() => watch.seekBy(STEP_S)}
      >
        <Icon of={RotateCw} size={24} />
        <span className="pl-digits">{number(STEP_S)}</span>
      </button>
    </>
  );
}

function subscribeToFullscreen(listener: () => void): () => void {
  document.addEventListener('fullscreenchange', listener);
  return () => {
    document.removeEventListener('fullscreenchange', listener);
  };
}

/** Whether the player fills the screen. */
function useFullscreen(): boolean {
  return useSyncExternalStore(subscribeToFullscreen, () => document.fullscreenElement !== null);
}

function Windows({ onFullscreen, onHelp }: { onFullscreen: () => void; onHelp: () => void }) {
  const t = useT();
  const watch = useWatch();
  const { isInPicture } = useMedia();
  const isFull = useFullscreen();
  const pip = isInPicture ? t('player.pipOff') : t('player.pip');
  const full = isFull ? t('player.fullscreenOff') : t('player.fullscreen');
  return (
    <>
      {document.pictureInPictureEnabled && (
        <button
          type="button"
          className="pl-control"
          aria-label={pip}
          title={pip}
          onClick={() => watch.togglePicture()}
        >
          <Icon of={PictureInPicture2} size={22} />
        </button>
      )}
      <button
        type="button"
        className="pl-control pl-keys"
        aria-label={t('player.helpShow')}
        title={t('player.helpShow')}
        onClick={onHelp}
      >
        <Icon of={Keyboard} size={24} />
      </button>
      <button type="button" className="pl-control" aria-label={full} title={full} onClick={onFullscreen}>
        <Icon of={isFull ? Minimize : Maximize} size={24} />
      </button>
    </>
  );
}

/** The foot of the player: times, the line of time, and the buttons. */
export function Controls({
  panel,
  onPanel,
  onDrag,
  onNext,
  onFullscreen,
  onHelp,
}: {
  panel: PanelName | null;
  onPanel: (panel: PanelName | null) => void;
  onDrag: (isDragging: boolean) => void;
  onNext: (() => void) | null;
  onFullscreen: () => void;
  onHelp: () => void;
}) {
  const t = useT();
  const { session } = useWatchState();
  const opening = (name: PanelName) => ({
    isOpen: panel === name,
    onOpen: () => onPanel(name),
    onClose: () => onPanel(null),
  });
  return (
    <div
      className="pl-foot pl-chrome"
      role="group"
      aria-label={t('player.controls')}
      onMouseDown={(event) => {
        if (!(event.target instanceof HTMLInputElement)) event.preventDefault();
      }}
    >
      <Times />
      <Scrubber onDrag={onDrag} />
      <div className="pl-buttons" data-row="buttons">
        <Transport />
        <Volume />
        <span className="pl-push" />
        {onNext && session?.next && (
          <button
            type="button"
            className="pl-control"
            aria-label={t('player.nextNamed', { name: session.next.name })}
            title={t('player.nextNamed', { name: session.next.name })}
            onClick={onNext}
          >
            <Icon of={SkipForward} size={24} />
          </button>
        )}
        <AudioPanel {...opening('audio')} />
        <CaptionsPanel {...opening('captions')} />
        <SpeedPanel {...opening('speed')} />
        <QualityPanel {...opening('quality')} />
        <Windows onFullscreen={onFullscreen} onHelp={onHelp} />
      </div>
    </div>
  );
}
