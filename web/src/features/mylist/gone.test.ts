import { describe, expect, it } from 'vitest';

import type { Move, MoveKind } from '@/lib/moves';

import { goneAfter } from './gone';

const done = (kind: MoveKind, id: string): Move => ({
  kind,
  title: { title_id: id, name: id },
  isSettled: false,
});

describe('what is gone from the list', () => {
  it('is what was taken off it', () => {
    expect([...goneAfter(new Set(['a']), done('unlisted', 'b'))]).toEqual(['a', 'b']);
  });

  it('is back when it was put there again', () => {
    expect([...goneAfter(new Set(['a', 'b']), done('listed', 'a'))]).toEqual(['b']);
  });

  it('does not change with anything else', () => {
    const gone = new Set(['a']);
    for (const kind of ['rated', 'liked', 'dismissed'] as const)
      expect(goneAfter(gone, done(kind, 'b'))).toBe(gone);
    expect(goneAfter(gone, done('unlisted', 'a'))).toBe(gone);
  });
});
