import { describe, expect, it } from 'vitest';

import { extensionOf, troubleOfFiles } from './upload-checks';

const file = (name: string, size = 1000, type = '') => ({ name, size, type });

describe('a file to send', () => {
  it.each([
    file('Heat.mp4', 1, 'video/mp4'),
    file('Heat.MKV'),
    file('heat.1995.director.webm', 1, 'video/webm'),
    file('reel.mxf', 1, 'application/mxf'),
    file('home.ts', 1, 'video/mp2t'),
  ])('may be $name', (chosen) => {
    expect(troubleOfFiles([chosen])).toBeNull();
  });

  it.each([
    ['kind', file('Heat.txt', 1, 'text/plain')],
    ['kind', file('Heat.mp4', 1, 'text/html')],
    ['kind', file('mp4')],
    ['kind', file('.mp4')],
    ['kind', file('component.ts', 1, 'text/vnd.trolltech.linguist')],
    ['empty', file('Heat.mp4', 0, 'video/mp4')],
  ] as const)('is refused for its %s: $name', (wrong, chosen) => {
    expect(troubleOfFiles([chosen])).toBe(wrong);
  });

  it('is one file, and no folder', () => {
    expect(troubleOfFiles([])).toBe('none');
    expect(troubleOfFiles([file('a.mp4'), file('b.mp4')])).toBe('several');
    expect(troubleOfFiles([file('films')], true)).toBe('folder');
  });
});

it('the end of a name is what follows its last dot', () => {
  expect(extensionOf('a.tar.MP4')).toBe('mp4');
  expect(extensionOf('a')).toBe('');
  expect(extensionOf('a.')).toBe('');
});
