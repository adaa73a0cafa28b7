import { expect, test } from 'vitest';

import { certificationWords } from './certifications';

const say = ((key: string) => `(${key})`) as Parameters<typeof certificationWords>[1];

test('a mark that is known is said with what it means', () => {
  expect(certificationWords('PG', say)).toBe('PG · (lib.certified.PG)');
  expect(certificationWords('PG-13', say)).toBe('PG-13 · (lib.certified.PG-13)');
});

test('a mark of another system is said as it is', () => {
  expect(certificationWords('FSK 12', say)).toBe('FSK 12');
});
