/** Numbers of the Studio as people read them, in the language of now. */
import { day, number, percent } from '@/lib/format';
import { language, locale, setSpaces } from '@/lib/i18n';

const UNITS = { en: ['B', 'kB', 'MB', 'GB', 'TB'], fr: ['o', 'ko', 'Mo', 'Go', 'To'] } as const;

/** A size on the disk: "1.3 GB" in English, "1,3 Go" in French. */
export function bytes(size: number): string {
  const units = UNITS[language()];
  let [value, at] = [Math.max(0, size), 0];
  while (value >= 999.5 && at < units.length - 1) [value, at] = [value / 1000, at + 1];
  const digits = at > 0 && value < 99.95 ? 1 : 0;
  return `${number(value, { maximumFractionDigits: digits })}\u00a0${units[at] ?? ''}`;
}

/** A minus as wide as a plus. */
function signed(text: string): string {
  return text.replace('-', '\u2212');
}

/** A change since the span before: "+3.2%". */
export function change(share: number): string {
  const digits = Math.abs(share) < 0.0995 ? 1 : 0;
  return signed(
    number(share, { style: 'percent', maximumFractionDigits: digits, signDisplay: 'exceptZero' }),
  );
}

/** A difference of two shares, in points, without the word. */
export function points(difference: number): string {
  return signed(number(difference * 100, { maximumFractionDigits: 0, signDisplay: 'exceptZero' }));
}

const LEAST_HOURS = 0.05;

/** Hours watched: whole where there are many, one digit where there are few; a few minutes are not nothing. */
export function hours(value: number): string {
  if (value > 0 && value < LEAST_HOURS) return `<\u00a0${number(0.1)}`;
  return number(value, { maximumFractionDigits: value < 100 ? 1 : 0 });
}

/** A value of the axis beside the lines. */
export function axis(value: number): string {
  return number(value, { maximumFractionDigits: 1 });
}

/** A share with its sign, or a dash where there is none. */
export function share(value: number | null): string {
  return value === null ? '—' : percent(value);
}

/** A UTC day: "14 November" and what else is asked for. */
export function utcDay(
  iso: string,
  options: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'short' },
): string {
  return day(`${iso}T00:00:00Z`, { ...options, timeZone: 'UTC' });
}

/** Two UTC days as one span: "29 Oct – 25 Nov 2026". */
export function utcSpan(since: string, until: string): string {
  const format = new Intl.DateTimeFormat(locale(), {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  });
  return setSpaces(
    format.formatRange(new Date(`${since}T00:00:00Z`), new Date(`${until}T00:00:00Z`)),
  ).replace(/\u2009/g, ' ');
}

/** A day of the week, from Monday, in words. */
export function weekday(at: number, width: 'long' | 'short' = 'long'): string {
  return day(new Date(Date.UTC(2024, 0, 1 + at)), { weekday: width, timeZone: 'UTC' });
}

/** An instant: today's with its time alone, others with their day. */
export function instant(at: string, now = Date.now()): string {
  const when = new Date(at);
  const isToday = when.toDateString() === new Date(now).toDateString();
  const time: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };
  if (isToday) return setSpaces(new Intl.DateTimeFormat(locale(), time).format(when));
  const isThisYear = when.getFullYear() === new Date(now).getFullYear();
  const date: Intl.DateTimeFormatOptions = isThisYear
    ? { day: 'numeric', month: 'short' }
    : { day: 'numeric', month: 'short', year: 'numeric' };
  return setSpaces(new Intl.DateTimeFormat(locale(), { ...date, ...time }).format(when));
}

/** The time of a line of a log, to the second. */
export function second(at: string): string {
  return new Intl.DateTimeFormat(locale(), {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  }).format(new Date(at));
}

/** How long the rest takes, once that can be told: some seconds and some of the work must be done. */
export function restOf(elapsedS: number, progress: number): number | null {
  if (progress < 0.03 || progress >= 1 || elapsedS < 3) return null;
  return (elapsedS * (1 - progress)) / progress;
}
