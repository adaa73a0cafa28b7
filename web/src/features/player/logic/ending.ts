/** What happens when a film nears its end. */

export interface Ending {
  duration_s: number;
  credits_at_s: number | null;
  hasNext: boolean;
  autoplay: boolean;
}

export const COUNTDOWN_S = 10;
const BEFORE_END_S = 15;
const LAST_SHARE = 0.97;

/** From where the next episode is proposed: the closing credits, or else the last quarter of a minute. */
export function proposesFrom({ duration_s, credits_at_s }: Ending): number {
  if (credits_at_s !== null && credits_at_s > 0 && credits_at_s < duration_s) return credits_at_s;
  return Math.max(duration_s - BEFORE_END_S, LAST_SHARE * duration_s);
}

/** Whether the next episode is proposed, and whether a countdown runs with it. */
export function proposalAt(
  ending: Ending,
  at: { time_s: number; hasEnded: boolean; isDeclined: boolean },
): 'none' | 'offer' | 'countdown' {
  if (!ending.hasNext || (!at.hasEnded && at.time_s < proposesFrom(ending))) return 'none';
  if (at.isDeclined) return at.hasEnded ? 'offer' : 'none';
  return ending.autoplay ? 'countdown' : 'offer';
}
