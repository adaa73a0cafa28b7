/** What was watched, by the day on which it was: days as they are where the viewer is. */

/** A day and what it has; `ago` is how many midnights lie between it and now. */
export interface Day<T> {
  key: string;
  at: Date;
  ago: number;
  items: T[];
}

const DAY_MS = 86_400_000;

function midnight(at: Date): Date {
  return new Date(at.getFullYear(), at.getMonth(), at.getDate());
}

/** Gather what was watched by day, in the order in which it comes. */
export function byDay<T extends { watched_at: string }>(items: readonly T[], now = new Date()): Day<T>[] {
  const days: Day<T>[] = [];
  for (const item of items) {
    const at = midnight(new Date(item.watched_at));
    const last = days.at(-1);
    if (last && last.at.getTime() === at.getTime()) last.items.push(item);
    else
      days.push({
        key: `${at.getFullYear()}-${at.getMonth() + 1}-${at.getDate()}`,
        at,
        // Rounded: a day may last 23 or 25 hours.
        ago: Math.round((midnight(now).getTime() - at.getTime()) / DAY_MS),
        items: [item],
      });
  }
  return days;
}

/** The share of a title that was reached, 0 to 1; null where nobody knows how long it is. */
export function shareOf(item: {
  position_s: number;
  duration_s: number | null;
  is_played: boolean;
}): number | null {
  if (item.is_played) return 1;
  return item.duration_s ? Math.min(1, Math.max(0, item.position_s / item.duration_s)) : null;
}
