/** Certifications in words: what a mark says about ages, for who does not know the marks. */
import type { Translate } from './i18n';

/** The marks of the Motion Picture Association, which the catalogue writes. */
const KNOWN = ['G', 'PG', 'PG-13', 'R', 'NC-17'] as const;

/** Say a mark and what it means; one that is not known is said as it is. */
export function certificationWords(mark: string, t: Translate): string {
  const known = KNOWN.find((each) => each === mark);
  return known ? `${known} · ${t(`lib.certified.${known}`)}` : mark;
}
