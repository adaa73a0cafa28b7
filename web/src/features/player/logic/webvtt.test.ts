import { describe, expect, it } from 'vitest';

import { activeAt, nextChange, readBlocks, readCues, readPayload, type CueNode } from './webvtt';

const FILE = `WEBVTT - a title

NOTE nothing of this is said

STYLE
::cue { color: red }

first
00:01.000 --> 00:04.500 line:10% align:start
Hello <i>there</i>

00:00:04.000 --> 00:00:06.000
- Two
- lines

01:00:00.250 --> 01:00:01.000 line:-2
<v Anna>Late</v>
`;

const text = (nodes: readonly CueNode[]): string =>
  nodes.map((node) => (typeof node === 'string' ? node : text(node.children))).join('');

describe('a WebVTT file', () => {
  it('is read into cues with their times, lines and places', () => {
    const cues = readCues(FILE);
    expect(cues.map(({ start_s, end_s }) => [start_s, end_s])).toEqual([
      [1, 4.5],
      [4, 6],
      [3600.25, 3601],
    ]);
    expect(cues.map((cue) => text(cue.nodes))).toEqual(['Hello there', '- Two\n- lines', 'Late']);
    expect(cues.map((cue) => cue.isTop)).toEqual([true, false, false]);
    expect(cues[0]?.align).toBe('start');
  });

  it('may have the line ends of any system, and a mark before its first letter', () => {
    const blocks = readBlocks(`\ufeff${FILE.replace(/\n/g, '\r\n')}`);
    expect(blocks).toEqual(readBlocks(FILE));
  });

  it('has no cues where it is something else', () => {
    expect(readBlocks('<html>00:01.000 --> 00:02.000\nno</html>')).toEqual([]);
    expect(readBlocks('')).toEqual([]);
  });

  it('loses cues that end before they begin', () => {
    expect(readBlocks('WEBVTT\n\n00:05.000 --> 00:02.000\nno')).toEqual([]);
  });
});

describe('the text of a cue', () => {
  it('keeps the marks that it knows and drops the others, never their text', () => {
    expect(readPayload('<b>bold</b> <blink>not</blink> <00:01.000>timed')).toEqual([
      { mark: 'b', value: '', children: ['bold'] },
      ' ',
      'not',
      ' ',
      'timed',
    ]);
  });

  it('reads entities once, so that what looks like markup stays text', () => {
    expect(text(readPayload('&amp;lt;b&gt; &#233;&#xe8;&nbsp;&unknown;'))).toBe('&lt;b> éè\u00a0&unknown;');
  });

  it('carries no script, however it is written', () => {
    const nodes = readPayload('<img src=x onerror=alert(1)><script>alert(1)</script><i onclick=x>fine</i>');
    expect(nodes.filter((node) => typeof node !== 'string').map((node) => node.mark)).toEqual(['i']);
  });

  it('keeps the language of a part', () => {
    expect(readPayload('<lang fr>Salut</lang>')).toEqual([
      { mark: 'lang', value: 'fr', children: ['Salut'] },
    ]);
  });

  it('survives marks that close nothing and marks that nest without end', () => {
    expect(text(readPayload('</b>a</i>'))).toBe('a');
    expect(text(readPayload(`${'<b>'.repeat(5000)}deep`))).toBe('deep');
  });
});

describe('the cues of a moment', () => {
  const cues = readCues(FILE);

  it('begin with their first instant and end before their last', () => {
    expect(activeAt(cues, 1)).toHaveLength(1);
    expect(activeAt(cues, 4.2)).toHaveLength(2);
    expect(activeAt(cues, 4.5)).toHaveLength(1);
    expect(activeAt(cues, 10)).toEqual([]);
  });

  it('change next when one ends or begins', () => {
    expect([0, 1, 4.2, 5, 3600.5, 4000].map((at) => nextChange(cues, at))).toEqual([
      1,
      4,
      4.5,
      6,
      3601,
      null,
    ]);
  });
});
