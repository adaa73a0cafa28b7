import { expect, test } from 'vitest';

import { spokenOf } from './i18n';

test.each([
  [['fr-CA', 'en'], 'fr'],
  [['de-DE', 'EN-gb', 'fr'], 'en'],
  [['de'], null],
  [[null, 'fr'], 'fr'],
  [[], null],
])('the first of %j that is spoken here is %s', (tags, spoken) => {
  expect(spokenOf(tags)).toBe(spoken);
});
