/** What an experiment's form says, and what is sent of it. */
import type { Schemas } from '@/lib/api';

export const WHATS = ['scorer', 'version', 'calibration', 'diversity', 'exploration'] as const;
export type What = (typeof WHATS)[number];

export interface Trial {
  name: string;
  kind: 'ab' | 'interleaved';
  what: What;
  value: string;
  /** The share of the profiles that takes part, in percent. */
  share: string;
}

const NAME = /^[a-z0-9][a-z0-9._-]{0,39}$/;

/** Whether what an arm changes is one of the shares of a page, from 0 to 100 percent. */
export function isShare(what: What): boolean {
  return what === 'calibration' || what === 'diversity' || what === 'exploration';
}

function shareOf(text: string): number | null {
  const number = Number(text.trim().replace(',', '.'));
  return text.trim() !== '' && number >= 0 && number <= 100 ? number / 100 : null;
}

/** The fields of a form that cannot be sent as they are. */
export function troublesOf(trial: Trial): ('name' | 'value' | 'share')[] {
  const share = shareOf(trial.share);
  const isValue = isShare(trial.what) ? shareOf(trial.value) !== null : trial.value !== '';
  return [
    ...(NAME.test(trial.name) ? [] : (['name'] as const)),
    ...(isValue ? [] : (['value'] as const)),
    ...(share !== null && share > 0 ? [] : (['share'] as const)),
  ];
}

/** What is sent: what everybody gets, and beside it what the form names. */
export function declared(trial: Trial): Schemas['NewExperiment'] {
  const value = isShare(trial.what) ? (shareOf(trial.value) ?? 0) : trial.value;
  const other: Schemas['NewArm'] = { name: 'other', [trial.what]: value };
  return {
    experiment_id: trial.name,
    kind: trial.kind,
    share: shareOf(trial.share) ?? 1,
    arms: [{ name: 'control' }, other],
  };
}
