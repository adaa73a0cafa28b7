import { describe, expect, it } from 'vitest';

import { heroOf, keyOf, mergeBelow, rowsUnder, type HomeRow } from './merge';

type Item = HomeRow['items'][number];

function item(id: string, more: Partial<Item> = {}): Item {
  return { title_id: id, name: id.toUpperCase(), has_media: false, position_s: null, ...more } as Item;
}

function row(name: string, ids: string[], kind: HomeRow['kind'] = 'genre'): HomeRow {
  return {
    kind,
    title: name,
    about: { title_id: null, person_id: null, name },
    items: ids.map((id) => item(id)),
  } as HomeRow;
}

const page = [row('Drama', ['a', 'b', 'c', 'd']), row('Comedy', ['e', 'f', 'g', 'h'])];

describe('a page that changes while one looks', () => {
  it('keeps what is above the fold, in its place and with its titles', () => {
    const { rows } = mergeBelow(
      page,
      [row('War', ['w', 'x', 'y', 'z']), row('Drama', ['z', 'y', 'x', 'w'])],
      1,
    );
    expect(rows[0]).toEqual(page[0]);
    expect(rows.map(keyOf)).toEqual(['genre-Drama', 'genre-War']);
  });

  it('shows no title twice', () => {
    const { rows } = mergeBelow(page, [row('War', ['a', 'w', 'x', 'y', 'z'])], 1);
    expect(rows[1]?.items.map((each) => each.title_id)).toEqual(['w', 'x', 'y', 'z']);
  });

  it('drops a row that has too few titles left, but not what one began or kept', () => {
    const fresh = [row('War', ['a', 'b', 'x']), row('mine', ['a', 'q'], 'my_list')];
    expect(mergeBelow(page, fresh, 1).rows.map(keyOf)).toEqual(['genre-Drama', 'my_list-mine']);
  });

  it('says where it changed, and that it did not', () => {
    const same = mergeBelow(page, page, 1);
    expect([same.at, same.changed]).toEqual([1, 0]);
    expect(mergeBelow(page, page, 5).at).toBe(2);
    const { at, changed } = mergeBelow(page, [page[0]!, page[1]!, row('War', ['w', 'x', 'y', 'z'])], 1);
    expect([at, changed]).toEqual([2, 1]);
  });
});

describe('the title that opens the page', () => {
  it('is one that plays and was not begun, if there is one', () => {
    const rows = [
      {
        ...row('x', []),
        items: [item('a'), item('b', { has_media: true, position_s: 9 }), item('c', { has_media: true })],
      },
    ];
    expect(heroOf(rows)?.title_id).toBe('c');
    expect(heroOf([{ ...rows[0]!, items: rows[0]!.items.slice(0, 2) }])?.title_id).toBe('b');
    expect(heroOf(page)?.title_id).toBe('a');
    expect(heroOf([])).toBeNull();
  });

  it('is not in a row again, unless the row has nothing else', () => {
    const [hero] = page[0]!.items;
    expect(rowsUnder(page, hero!)[0]?.items.map((each) => each.title_id)).toEqual(['b', 'c', 'd']);
    expect(rowsUnder([row('one', ['a'], 'playable')], hero!)[0]?.items).toHaveLength(1);
  });
});
