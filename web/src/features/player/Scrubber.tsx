import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';

import { useT } from '@/lib/i18n';

import { lengthOf, useMedia, useWatch, useWatchState } from './context';
import { tilesQuery } from './files';
import { filled, segmentAt, segmentsOf, stepChapter, type Segment } from './logic/chapters';
import { exactText, spoken, within } from './logic/times';
import { tileAt, type Tile } from './logic/trickplay';

const STEP_S = 10;
const SHORT_STEP_S = 5;
const SHOWN_AFTER_KEY_MS = 1500;
const PREVIEW_PX = 208;

/** The small picture of a moment, with its time and the chapter it is in. */
function Preview({
  at_s,
  total,
  tile,
  name,
}: {
  at_s: number;
  total: number;
  tile: Tile | null;
  name: string;
}) {
  const scale = tile ? PREVIEW_PX / tile.width : 1;
  const share = total > 0 ? (at_s / total) * 100 : 0;
  return (
    <span
      className="pl-preview"
      aria-hidden
      style={{ left: `clamp(var(--half), ${share}%, calc(100% - var(--half)))` }}
    >
      {tile && (
        <span className="pl-tile" style={{ width: PREVIEW_PX, height: Math.round(tile.height * scale) }}>
          <img
            src={tile.url}
            alt=""
            style={{ transform: `scale(${scale}) translate(${-tile.x}px, ${-tile.y}px)` }}
          />
        </span>
      )}
      {name && <span className="pl-chapter">{name}</span>}
      <b>{exactText(at_s, total)}</b>
    </span>
  );
}

function Segments({ all, at_s, buffered_s }: { all: readonly Segment[]; at_s: number; buffered_s: number }) {
  return all.map((segment) => (
    <i key={segment.start_s} style={{ flexGrow: segment.end_s - segment.start_s }}>
      <i data-part="buffered" style={{ width: `${filled(segment, buffered_s) * 100}%` }} />
      <i data-part="played" style={{ width: `${filled(segment, at_s) * 100}%` }} />
    </i>
  ));
}

/** Where a key leads on the line of time; null for a key that leads nowhere. */
function targetOf(
  event: KeyboardEvent,
  at_s: number,
  total: number,
  segments: readonly Segment[],
): number | null {
  const step = event.shiftKey ? SHORT_STEP_S : STEP_S;
  switch (event.key) {
    case 'ArrowLeft':
      return at_s - step;
    case 'ArrowRight':
      return at_s + step;
    case 'PageUp':
      return stepChapter(segments, at_s, 1);
    case 'PageDown':
      return stepChapter(segments, at_s, -1);
    case 'Home':
      return 0;
    case 'End':
      return total;
    default:
      return null;
  }
}

/** Shows something for a while after it was last asked for. */
function useShownAfter(ms: number): [boolean, () => void] {
  const [isShown, setShown] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(
    () => () => {
      clearTimeout(timer.current);
    },
    [],
  );
  const show = () => {
    setShown(true);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setShown(false), ms);
  };
  return [isShown, show];
}

function secondsAt(event: PointerEvent<HTMLElement>, total: number): number {
  const box = event.currentTarget.getBoundingClientRect();
  return within((event.clientX - box.left) / box.width, 0, 1) * total;
}

/** What the line of time says of itself to whoever listens. */
function useSaid(at_s: number, total: number, segments: readonly Segment[]): string {
  const t = useT();
  const here = segmentAt(segments, at_s);
  const name = segments[here]?.name;
  const told = { place: spoken(at_s), total: spoken(total) };
  if (segments.length < 2) return t('player.positionAt', told);
  const chapter = { ...told, number: here + 1, count: segments.length };
  return name ? t('player.positionInChapter', { ...chapter, name }) : t('player.positionInNumber', chapter);
}

/** A pointer on the line of time: where it hovers, where it drags to. */
function usePointer(total: number, onDrag: (isDragging: boolean) => void) {
  const watch = useWatch();
  const [dragged, setDragged] = useState<number | null>(null);
  const [pointed, setPointed] = useState<number | null>(null);
  const isDragged = dragged !== null;
  useEffect(() => {
    onDrag(isDragged);
  }, [isDragged, onDrag]);
  return {
    dragged,
    pointed,
    handlers: {
      onPointerDown: (event: PointerEvent<HTMLElement>) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        setDragged(secondsAt(event, total));
      },
      onPointerMove: (event: PointerEvent<HTMLElement>) => {
        const moment = secondsAt(event, total);
        if (dragged !== null) setDragged(moment);
        else if (event.pointerType === 'mouse') setPointed(moment);
      },
      onPointerUp: (event: PointerEvent<HTMLElement>) => {
        if (dragged === null) return;
        watch.seekTo(secondsAt(event, total));
        setDragged(null);
      },
      onPointerCancel: () => setDragged(null),
      onPointerLeave: () => setPointed(null),
    },
  };
}

/** The small pictures of the film, once its first frame is there. */
function useTiles(): readonly Tile[] {
  const { session, hasFirstFrame } = useWatchState();
  const url = session?.trickplay ?? null;
  const { data } = useQuery({ ...tilesQuery(url ?? ''), enabled: url !== null && hasFirstFrame });
  return data ?? [];
}

/** The line of time: chapters as segments; pressed, dragged, or moved by keys, with a picture of where it leads. */
export function Scrubber({ onDrag }: { onDrag: (isDragging: boolean) => void }) {
  const t = useT();
  const watch = useWatch();
  const { session } = useWatchState();
  const media = useMedia();
  const tiles = useTiles();
  const total = lengthOf(media, session);
  const { dragged, pointed, handlers } = usePointer(total, onDrag);
  const [isKeyed, showKeyed] = useShownAfter(SHOWN_AFTER_KEY_MS);
  const at_s = within(dragged ?? media.time_s, 0, total);
  const segments = segmentsOf(session?.chapters ?? [], total);
  const previewed = dragged ?? pointed ?? (isKeyed ? at_s : null);
  return (
    <div
      className="pl-line"
      role="slider"
      tabIndex={0}
      data-row="line"
      aria-label={t('player.position')}
      aria-orientation="horizontal"
      aria-valuemin={0}
      aria-valuemax={Math.round(total)}
      aria-valuenow={Math.round(at_s)}
      aria-valuetext={useSaid(at_s, total, segments)}
      onKeyDown={(event) => {
        const target = targetOf(event, media.time_s, total, segments);
        if (target === null || event.ctrlKey || event.altKey || event.metaKey) return;
        event.preventDefault();
        event.stopPropagation();
        watch.seekTo(target);
        showKeyed();
      }}
      {...handlers}
    >
      <Segments all={segments} at_s={at_s} buffered_s={media.buffered_s} />
      <span className="pl-thumb" style={{ left: `${total > 0 ? (at_s / total) * 100 : 0}%` }} />
      {previewed !== null && total > 0 && (
        <Preview
          at_s={previewed}
          total={total}
          tile={tileAt(tiles, previewed)}
          name={segments[segmentAt(segments, previewed)]?.name ?? ''}
        />
      )}
    </div>
  );
}
