import { Check, CircleDashed, Clock, Film, Hourglass, TriangleAlert, X, type LucideIcon } from 'lucide-react';

import { Icon } from '@/components/Icon';
import { useT } from '@/lib/i18n';

import type { Job, MediaState } from './queries';

type Tone = 'done' | 'info' | 'alert' | 'muted';

const MEDIA: Record<MediaState, [LucideIcon, Tone]> = {
  none: [CircleDashed, 'muted'],
  queued: [Hourglass, 'info'],
  watchable: [Film, 'info'],
  ready: [Check, 'done'],
  failed: [TriangleAlert, 'alert'],
};
const JOBS: Record<Job['state'], [LucideIcon, Tone]> = {
  queued: [Clock, 'muted'],
  running: [Hourglass, 'info'],
  done: [Check, 'done'],
  failed: [TriangleAlert, 'alert'],
  cancelled: [X, 'muted'],
};

function Pill({ look: [icon, tone], text }: { look: [LucideIcon, Tone]; text: string }) {
  return (
    <span className={`pill ${tone}`}>
      <Icon of={icon} size={18} />
      {text}
    </span>
  );
}

/** How the film of a title stands: an icon and a word. */
export function MediaPill({ state }: { state: MediaState }) {
  const t = useT();
  return <Pill look={MEDIA[state]} text={t(`studio.media.state.${state}`)} />;
}

/** How a job stands. */
export function JobPill({ state }: { state: Job['state'] }) {
  const t = useT();
  return <Pill look={JOBS[state]} text={t(`studio.jobs.state.${state}`)} />;
}
