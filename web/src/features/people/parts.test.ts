import { describe, expect, it } from 'vitest';

import { partsOf } from './parts';

describe('the parts of a person', () => {
  it('are gathered by title, each role and each character once', () => {
    const parts = partsOf([
      { title_id: 'a', role: 'director', character: null },
      { title_id: 'a', role: 'actor', character: 'The Tramp' },
      { title_id: 'a', role: 'actor', character: 'The Barber' },
      { title_id: 'b', role: 'actor', character: 'The Tramp' },
    ]);
    expect(parts.get('a')).toEqual({ roles: ['director', 'actor'], characters: ['The Tramp', 'The Barber'] });
    expect(parts.get('b')).toEqual({ roles: ['actor'], characters: ['The Tramp'] });
  });

  it('are none for nobody', () => {
    expect(partsOf([]).size).toBe(0);
  });
});
