/** The small pictures over the scrubber: a WebVTT file whose cues name tiles of sprites (`sprite.jpg#xywh=0,0,160,90`). */
import { readBlocks } from './webvtt';

export interface Tile {
  start_s: number;
  end_s: number;
  url: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

/** The tiles that a file names, in order; addresses are relative to the file's own. */
export function readTiles(text: string, base: string): Tile[] {
  return readBlocks(text).flatMap(({ start_s, end_s, payload }) => {
    const named = /^(\S*)#xywh=(?:pixel:)?(\d+),(\d+),(\d+),(\d+)\s*$/.exec(payload.split('\n')[0] ?? '');
    if (!named) return [];
    const [x, y, width, height] = named.slice(2).map(Number) as [number, number, number, number];
    if (width === 0 || height === 0) return [];
    return [{ start_s, end_s, url: new URL(named[1] ?? '', base).href, x, y, width, height }];
  });
}

/** The tile of a moment: the last that has begun, or the first. */
export function tileAt(tiles: readonly Tile[], at_s: number): Tile | null {
  let [low, high] = [0, tiles.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((tiles[middle]?.start_s ?? 0) <= at_s) low = middle + 1;
    else high = middle;
  }
  return tiles[Math.max(0, low - 1)] ?? null;
}
