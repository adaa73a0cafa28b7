import { useQuery } from '@tanstack/react-query';
import { createElement, useEffect, useState, type ReactNode } from 'react';

import { useWatch, useWatchState } from './context';
import { cuesQuery } from './files';
import { activeAt, nextChange, type Cue, type CueNode } from './logic/webvtt';

const SOONEST_MS = 16;
const NONE: readonly Cue[] = [];

/** The cues of this moment: looked up whenever the video moves, and again when the next one is due. */
function useSaid(cues: readonly Cue[]): readonly Cue[] {
  const watch = useWatch();
  const [said, setSaid] = useState(NONE);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const update = () => {
      clearTimeout(timer);
      const { time_s, rate, isPaused } = watch.place();
      const now = activeAt(cues, time_s);
      setSaid((before) =>
        before.length === now.length && before.every((each, at) => each === now[at]) ? before : now,
      );
      const next = nextChange(cues, time_s);
      if (next === null || isPaused) return;
      timer = setTimeout(update, Math.max(SOONEST_MS, ((next - time_s) * 1000) / rate));
    };
    update();
    const unsubscribe = watch.media.subscribe(update);
    return () => {
      clearTimeout(timer);
      unsubscribe();
    };
  }, [watch, cues]);
  return said;
}

const ELEMENTS = { b: 'b', i: 'i', u: 'u', lang: 'span', v: 'span', c: 'span' } as const;

function Said({ nodes }: { nodes: readonly CueNode[] }): ReactNode {
  return nodes.map((node, at) =>
    typeof node === 'string'
      ? node
      : createElement(
          ELEMENTS[node.mark],
          { key: at, lang: node.mark === 'lang' && node.value ? node.value : undefined },
          <Said nodes={node.children} />,
        ),
  );
}

/** The subtitles of now, over the picture and above the controls, as this profile likes to read them. */
export function Captions() {
  const { session, caption, preferences } = useWatchState();
  const track = caption === null ? null : (session?.captions[caption] ?? null);
  const { data } = useQuery({ ...cuesQuery(track?.url ?? ''), enabled: track !== null });
  const said = useSaid(track ? (data ?? NONE) : NONE);
  if (!track || !preferences) return null;
  return (
    <div
      className="pl-captions"
      lang={track.language}
      data-size={preferences.caption_size}
      data-ground={preferences.caption_ground}
      data-ink={preferences.caption_ink}
    >
      {(['top', 'bottom'] as const).map((place) => (
        <div key={place} data-place={place}>
          {said
            .filter((cue) => cue.isTop === (place === 'top'))
            .map((cue) => (
              <p key={`${cue.start_s} ${cue.end_s}`} data-align={cue.align}>
                <span>
                  <Said nodes={cue.nodes} />
                </span>
              </p>
            ))}
        </div>
      ))}
    </div>
  );
}
