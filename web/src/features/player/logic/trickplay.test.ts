import { describe, expect, it } from 'vitest';

import { readTiles, tileAt } from './trickplay';

const FILE = `WEBVTT

00:00:00.000 --> 00:00:02.000
sprite-001.jpg#xywh=0,0,214,120

00:00:02.000 --> 00:00:04.000
sprite-001.jpg#xywh=pixel:214,0,214,120

00:00:04.000 --> 00:00:06.000
not a tile

00:00:06.000 --> 00:00:08.000
/elsewhere/b.jpg#xywh=0,0,0,120
`;
const BASE = 'http://house.example/media/token/asset/trickplay.vtt';

describe('the small pictures of a film', () => {
  const tiles = readTiles(FILE, BASE);

  it('lie beside the file that names them; what names no tile is left out', () => {
    expect(tiles.map(({ url, x }) => [url, x])).toEqual([
      ['http://house.example/media/token/asset/sprite-001.jpg', 0],
      ['http://house.example/media/token/asset/sprite-001.jpg', 214],
    ]);
  });

  it('are found by the moment: the last that has begun', () => {
    expect([0, 1.9, 2, 100].map((at) => tileAt(tiles, at)?.x)).toEqual([0, 0, 214, 214]);
  });

  it('are the first before it begins, and none where there are none', () => {
    expect(tileAt(tiles, -1)?.x).toBe(0);
    expect(tileAt([], 3)).toBeNull();
  });
});
