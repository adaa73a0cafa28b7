import { useQuery } from '@tanstack/react-query';
import { Captions as CaptionsIcon, CaptionsOff, Ear, SlidersHorizontal } from 'lucide-react';

import { Icon } from '@/components/Icon';
import { number } from '@/lib/format';
import { useT } from '@/lib/i18n';

import { useWatch, useWatchState } from './context';
import type { Preferences } from './deck';
import { cuesQuery } from './files';
import { heightsWithin } from './logic/rungs';
import { Choice, PanelButton, type Option } from './Panel';

interface Opening {
  isOpen: boolean;
  onOpen: () => void;
  onClose: () => void;
}

const RATES = [0.5, 0.75, 1, 1.25, 1.5, 2] as const;
const SIZES = ['small', 'medium', 'large', 'huge'] as const;
const GROUNDS = ['solid', 'veil', 'none'] as const;
const INKS = ['paper', 'lamp'] as const;

/** Which language is spoken. */
export function AudioPanel(opening: Opening) {
  const t = useT();
  const watch = useWatch();
  const { session, audio } = useWatchState();
  if (!session || session.audio.length === 0) return null;
  return (
    <PanelButton
      {...opening}
      name={t('player.audio')}
      label={t('player.audioNow', { name: session.audio[audio]?.name ?? '' })}
      face={
        <>
          <Icon of={Ear} size={22} />
          <span className="pl-word">{t('player.audio')}</span>
        </>
      }
    >
      <Choice
        legend={t('player.audio')}
        isTitle
        options={session.audio.map((track, value) => ({
          value,
          name: track.name,
          lang: track.language,
          hint: track.is_described ? t('player.described') : undefined,
        }))}
        value={audio}
        onChoose={(at) => watch.setAudio(at)}
      />
    </PanelButton>
  );
}

function CaptionSize({ preferences }: { preferences: Preferences }) {
  const t = useT();
  const watch = useWatch();
  const at = SIZES.indexOf(preferences.caption_size);
  const step = (by: number) => {
    const size = SIZES[at + by];
    if (size) watch.prefer({ caption_size: size });
  };
  return (
    <div className="pl-size">
      <span>
        {t('player.textSize')}
        <small role="status">{t(`player.size.${preferences.caption_size}`)}</small>
      </span>
      <button
        type="button"
        aria-label={t('player.smaller')}
        aria-disabled={at === 0}
        onClick={() => step(-1)}
      >
        {t('player.smallerShort')}
      </button>
      <button
        type="button"
        aria-label={t('player.larger')}
        aria-disabled={at === SIZES.length - 1}
        onClick={() => step(1)}
      >
        {t('player.largerShort')}
      </button>
    </div>
  );
}

/** Which language is read, or none. */
function CaptionTracks() {
  const t = useT();
  const watch = useWatch();
  const { session, caption } = useWatchState();
  const tracks = session?.captions ?? [];
  const url = tracks[caption ?? -1]?.url;
  const { isError, refetch } = useQuery({ ...cuesQuery(url ?? ''), enabled: url !== undefined });
  const options: Option<number | null>[] = tracks.map((each, value) => ({
    value,
    name: each.name,
    lang: each.language,
    hint: each.kind === 'captions' ? t('player.captionsFull') : undefined,
  }));
  return (
    <>
      <Choice
        legend={t('player.captions')}
        isTitle
        options={[{ value: null, name: t('player.captionsNone') }, ...options]}
        value={caption}
        onChoose={(at) => {
          watch.setCaption(at);
          if (isError) void refetch();
        }}
      />
      {isError && (
        <p className="pl-lost" role="alert">
          {t('player.captionsLost')}
        </p>
      )}
    </>
  );
}

/** How subtitles look: their size, their ground, their ink. */
function CaptionLook({ preferences }: { preferences: Preferences }) {
  const t = useT();
  const watch = useWatch();
  return (
    <>
      <CaptionSize preferences={preferences} />
      <Choice
        legend={t('player.ground')}
        isInline
        options={GROUNDS.map((value) => ({ value, name: t(`player.ground.${value}`) }))}
        value={preferences.caption_ground}
        onChoose={(caption_ground) => watch.prefer({ caption_ground })}
      />
      <Choice
        legend={t('player.ink')}
        isInline
        options={INKS.map((value) => ({ value, name: t(`player.ink.${value}`) }))}
        value={preferences.caption_ink}
        onChoose={(caption_ink) => watch.prefer({ caption_ink })}
      />
    </>
  );
}

/** Which subtitles are shown, and how. */
export function CaptionsPanel(opening: Opening) {
  const t = useT();
  const { session, caption, preferences } = useWatchState();
  if (!session || session.captions.length === 0) return null;
  const now = session.captions[caption ?? -1]?.name ?? t('player.captionsNone');
  return (
    <PanelButton
      {...opening}
      name={t('player.captions')}
      label={t('player.captionsNow', { name: now })}
      face={
        <>
          <Icon of={caption === null ? CaptionsOff : CaptionsIcon} size={24} />
          <span className="pl-word">{t('player.captions')}</span>
        </>
      }
    >
      <CaptionTracks />
      {preferences && <CaptionLook preferences={preferences} />}
    </PanelButton>
  );
}

/** How fast the film goes. */
export function SpeedPanel(opening: Opening) {
  const t = useT();
  const watch = useWatch();
  const { rate } = useWatchState();
  return (
    <PanelButton
      {...opening}
      name={t('player.speed')}
      label={t('player.speedNow', { rate: number(rate) })}
      face={<span className="pl-rate">{t('player.speedAt', { rate: number(rate) })}</span>}
    >
      <Choice
        legend={t('player.speed')}
        isTitle
        options={RATES.map((value) => ({
          value,
          name: t('player.speedAt', { rate: number(value) }),
          hint: value === 1 ? t('player.speedNormal') : undefined,
        }))}
        value={rate}
        onChoose={(next) => watch.setRate(next)}
      />
    </PanelButton>
  );
}

/** How fine the picture is. */
export function QualityPanel(opening: Opening) {
  const t = useT();
  const watch = useWatch();
  const { session, height, canChooseRungs, preferences } = useWatchState();
  if (!session) return null;
  const cap = preferences?.quality_cap ?? null;
  const heights = canChooseRungs ? heightsWithin(session.rungs, cap) : [];
  const playing = opening.isOpen ? watch.heightNow() : null;
  const name = height === null ? t('player.qualityAuto') : t('player.qualityAt', { height });
  const isCapped = cap !== null && session.rungs.some((each) => each.height > cap);
  return (
    <PanelButton
      {...opening}
      name={t('player.quality')}
      label={t('player.qualityNow', { name })}
      face={
        <>
          <Icon of={SlidersHorizontal} size={22} />
          {height !== null && <span className="pl-rate">{t('player.qualityAt', { height })}</span>}
        </>
      }
    >
      <Choice
        legend={t('player.quality')}
        isTitle
        options={[
          {
            value: null,
            name: t('player.qualityAuto'),
            hint: playing ? t('player.qualityAutoAt', { height: playing }) : t('player.qualityAutoHint'),
          },
          ...heights.map((value) => ({ value, name: t('player.qualityAt', { height: value }) })),
        ]}
        value={height}
        onChoose={(next) => watch.setHeight(next)}
      />
      {!canChooseRungs && <p className="pl-note">{t('player.qualityItself')}</p>}
      {isCapped && <p className="pl-note">{t('player.qualityCapped', { height: cap })}</p>}
    </PanelButton>
  );
}
