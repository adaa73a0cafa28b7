import { describe, expect, it } from 'vitest';

import { corrections, marked, type Piece } from './reading';

const shown = (all: Piece[]) => all.map((each) => (each.isMarked ? `[${each.text}]` : each.text)).join('');

describe('what was read', () => {
  it('has the letters marked that were not typed', () => {
    expect(shown(corrections('parapluis de cherbour', 'parapluies de Cherbourg'))).toBe(
      'paraplui[e]s de Cherbour[g]',
    );
  });

  it('has nothing marked for accents and capitals', () => {
    expect(shown(corrections('amelie', 'Amélie'))).toBe('Amélie');
  });

  it('marks letters that changed places', () => {
    expect(shown(corrections('toy stroy', 'Toy Story'))).toBe('Toy St[o]ry');
  });

  it('is not marked where another name was read', () => {
    expect(shown(corrections('zzz', 'Heat'))).toBe('Heat');
  });

  it('keeps every letter of what was read', () => {
    for (const [typed, read] of [
      ['hitchcok', 'Hitchcock'],
      ['', 'Œuvre'],
      ['ete', 'Été 85'],
    ] as const)
      expect(
        corrections(typed, read)
          .map((each) => each.text)
          .join(''),
      ).toBe(read);
  });
});

describe('a name', () => {
  it('has the words marked that begin as what is looked for', () => {
    expect(shown(marked('Les Parapluies de Cherbourg', 'parap cherb'))).toBe(
      'Les [Parapluies] de [Cherbourg]',
    );
  });

  it('has words marked whatever their accents', () => {
    expect(shown(marked('L’Été de Kikujiro', 'ete'))).toBe('L’[Été] de Kikujiro');
  });

  it('has nothing marked when nothing is looked for', () => {
    expect(shown(marked('Heat', '  '))).toBe('Heat');
  });
});
