/** Dates, numbers and lengths as people write them in the language of now. */
import { language, locale, perLocale, setSpaces } from './i18n';

const MINUTE_S = 60;
const HOUR_S = 3600;

/** A number, grouped. */
export function number(value: number, options: Intl.NumberFormatOptions = {}): string {
  return setSpaces(new Intl.NumberFormat(locale(), options).format(value));
}

/** A share from 0 to 1, as a percentage. */
export function percent(share: number, digits = 0): string {
  return number(share, { style: 'percent', maximumFractionDigits: digits });
}

/** A length: "1 h 31" in French, "1 h 31 min" in English. */
export function duration(seconds: number): string {
  const minutes = Math.max(1, Math.round(seconds / MINUTE_S));
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  if (seconds < MINUTE_S) return `${Math.max(1, Math.round(seconds))}\u00a0s`;
  if (hours === 0) return `${minutes}\u00a0min`;
  if (language() === 'fr') return `${hours}\u00a0h\u00a0${String(rest).padStart(2, '0')}`;
  return rest === 0 ? `${hours}\u00a0h` : `${hours}\u00a0h\u00a0${rest}\u00a0min`;
}

/** A place in a film: 0:41:07, or 41:07 where it lasts less than an hour. */
export function timecode(seconds: number, total = seconds): string {
  const whole = Math.floor(seconds);
  const parts = [Math.floor((whole % HOUR_S) / MINUTE_S), whole % MINUTE_S].map((each) =>
    String(each).padStart(2, '0'),
  );
  return total >= HOUR_S
    ? `${Math.floor(whole / HOUR_S)}:${parts.join(':')}`
    : parts.join(':').replace(/^0(\d)/, '$1');
}

/** A time of day: "22 h 13" in French, "22:13" in English. */
export function clock(at: Date): string {
  const [hours, minutes] = [at.getHours(), String(at.getMinutes()).padStart(2, '0')];
  return language() === 'fr'
    ? `${hours}\u00a0h\u00a0${minutes}`
    : `${String(hours).padStart(2, '0')}:${minutes}`;
}

/** When something that still lasts so long ends, if it starts now. */
export function endsAt(seconds: number, now = Date.now()): string {
  return clock(new Date(now + seconds * 1000));
}

/** A day, in words. */
export function day(
  at: string | Date,
  options: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'long', year: 'numeric' },
): string {
  return setSpaces(new Intl.DateTimeFormat(locale(), options).format(new Date(at)));
}

const conjunction = perLocale((tag) => new Intl.ListFormat(tag, { type: 'conjunction' }));

/** Names joined: "Agnès Varda et Jacques Demy". */
export function list(names: readonly string[]): string {
  return conjunction().format(names);
}
