/** Places and lengths in a film, as they are shown and as they are said. */
import { number, timecode } from '@/lib/format';

const MINUTE_S = 60;
const HOUR_S = 3600;

/** A place or a length: "0 h 41" where the film lasts an hour or more, "4:07" where it is shorter. */
export function placeText(seconds: number, total: number): string {
  if (total < HOUR_S) return timecode(seconds, total);
  const minutes = Math.floor(seconds / MINUTE_S);
  return `${Math.floor(minutes / 60)}\u00a0h\u00a0${String(minutes % 60).padStart(2, '0')}`;
}

/** A place to the second, of the same width wherever it is in the film. */
export function exactText(seconds: number, total: number): string {
  return timecode(Math.max(0, seconds), total);
}

/** A length in words, for whoever listens: "1 hour 41 minutes", "7 seconds". */
export function spoken(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const parts: readonly [number, string][] = [
    [Math.floor(whole / HOUR_S), 'hour'],
    [Math.floor((whole % HOUR_S) / MINUTE_S), 'minute'],
    [whole % MINUTE_S, 'second'],
  ];
  const told = parts.filter(([count, unit]) => count > 0 || (unit === 'second' && whole === 0));
  return told.map(([count, unit]) => number(count, { style: 'unit', unit, unitDisplay: 'long' })).join(' ');
}

/** Between two bounds. */
export function within(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), Math.max(least, most));
}
