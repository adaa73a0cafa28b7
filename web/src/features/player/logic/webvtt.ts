/**
 * WebVTT, read into data. Text never becomes markup: a cue's payload is a tree of a few known marks and plain strings,
 * and whatever else it holds is dropped.
 */

/** A timed block, its payload not yet read. */
export interface Block {
  start_s: number;
  end_s: number;
  settings: Readonly<Record<string, string>>;
  payload: string;
}

export type Mark = 'b' | 'i' | 'u' | 'lang' | 'v' | 'c';
export type CueNode = string | { mark: Mark; value: string; children: CueNode[] };

/** A subtitle: its lines, and whether it asks to be at the top of the picture. */
export interface Cue {
  start_s: number;
  end_s: number;
  isTop: boolean;
  align: 'start' | 'center' | 'end';
  nodes: CueNode[];
}

const TIMING = /^\s*((?:\d{2,}:)?\d{2}:\d{2}\.\d{3})\s+-->\s+((?:\d{2,}:)?\d{2}:\d{2}\.\d{3})(.*)$/;
const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  nbsp: '\u00a0',
  quot: '"',
  apos: "'",
  lrm: '\u200e',
  rlm: '\u200f',
};
const MARKS: ReadonlySet<string> = new Set<Mark>(['b', 'i', 'u', 'lang', 'v', 'c']);
const DEEPEST = 16;
const MOST_LINES = 40;
const LINES_IN_PICTURE = 15;

function secondsOf(time: string): number {
  return time.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
}

function settingsOf(text: string): Record<string, string> {
  const pairs = text.split(/\s+/).filter((each) => each.includes(':'));
  return Object.fromEntries(
    pairs.map((each) => [each.slice(0, each.indexOf(':')), each.slice(each.indexOf(':') + 1)]),
  );
}

function blockOf([, start = '', end = '', settings = '']: string[], payload: string): Block {
  return { start_s: secondsOf(start), end_s: secondsOf(end), settings: settingsOf(settings), payload };
}

/** The timed blocks of a WebVTT file, in the order of their beginnings; what is not WebVTT has none. */
export function readBlocks(text: string): Block[] {
  const [first = '', ...lines] = text.replace(/^\ufeff/, '').split(/\r\n|\n|\r/);
  if (!/^WEBVTT(?:[ \t]|$)/.test(first)) return [];
  const blocks: Block[] = [];
  lines.forEach((line, at) => {
    const timing = TIMING.exec(line);
    if (!timing) return;
    const rest = lines.slice(at + 1, at + 1 + MOST_LINES);
    const end = rest.findIndex((each) => each === '' || TIMING.test(each));
    blocks.push(blockOf(timing, rest.slice(0, end === -1 ? rest.length : end).join('\n')));
  });
  return blocks.filter(({ start_s, end_s }) => end_s > start_s).sort((a, b) => a.start_s - b.start_s);
}

function plain(text: string): string {
  return text.replace(/&(#x[\da-f]{1,6}|#\d{1,7}|\w{2,6});/gi, (whole, name: string) => {
    if (!name.startsWith('#')) return ENTITIES[name.toLowerCase()] ?? whole;
    const code = /^#x/i.test(name) ? parseInt(name.slice(2), 16) : parseInt(name.slice(1), 10);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '';
  });
}

/** The payload of a cue: marks that close nothing, unknown ones and times within it are dropped, their text is kept. */
export function readPayload(payload: string): CueNode[] {
  const root: CueNode[] = [];
  const open: { mark: Mark; children: CueNode[] }[] = [];
  const here = () => open.at(-1)?.children ?? root;
  for (const [piece] of payload.matchAll(/<[^>]*>|[^<]+|</g)) {
    const tag = /^<(\/?)([a-z]+)((?:\.[^\s>]*)?)\s*([^>]*)>$/i.exec(piece);
    if (!tag) {
      if (!/^<[^>]*>$/.test(piece)) here().push(plain(piece));
      continue;
    }
    const name = (tag[2] ?? '').toLowerCase();
    if (!MARKS.has(name)) continue;
    if (tag[1]) {
      if (open.at(-1)?.mark === name) open.pop();
    } else if (open.length < DEEPEST) {
      const node = { mark: name as Mark, value: plain(tag[4] ?? '').trim(), children: [] };
      here().push(node);
      open.push(node);
    }
  }
  return root;
}

function isAtTop(line: string | undefined): boolean {
  const place = parseFloat(line ?? '');
  if (Number.isNaN(place)) return false;
  return line?.includes('%') ? place < 50 : place >= 0 && place < LINES_IN_PICTURE / 2;
}

/** The subtitles of a WebVTT file. */
export function readCues(text: string): Cue[] {
  return readBlocks(text).map(({ start_s, end_s, settings, payload }) => {
    const align = settings.align === 'left' ? 'start' : settings.align === 'right' ? 'end' : settings.align;
    return {
      start_s,
      end_s,
      isTop: isAtTop(settings.line?.split(',')[0]),
      align: align === 'start' || align === 'end' ? align : 'center',
      nodes: readPayload(payload),
    };
  });
}

/** The cues that are said at a moment. */
export function activeAt(cues: readonly Cue[], at_s: number): Cue[] {
  return cues.filter((each) => each.start_s <= at_s && at_s < each.end_s);
}

/** When, after a moment, what is said next changes; null where it never does. */
export function nextChange(cues: readonly Cue[], at_s: number): number | null {
  let next = Infinity;
  for (const { start_s, end_s } of cues) {
    if (start_s > at_s) return Math.min(next, start_s);
    if (end_s > at_s) next = Math.min(next, end_s);
  }
  return next === Infinity ? null : next;
}
