import { describe, expect, it } from 'vitest';

import { actionOf, type Around } from './keymap';

const PAGE: Around = { on: 'page', shortcuts: true, isTv: false };
const of = (key: string, around: Partial<Around> = {}, more = {}) =>
  actionOf({ key, ...more }, { ...PAGE, ...around });

describe('keys', () => {
  it.each([
    [' ', { do: 'toggle' }],
    ['k', { do: 'toggle' }],
    ['K', { do: 'toggle' }],
    ['j', { do: 'seek', by: -10 }],
    ['l', { do: 'seek', by: 10 }],
    ['ArrowLeft', { do: 'seek', by: -10 }],
    ['ArrowRight', { do: 'seek', by: 10 }],
    ['ArrowUp', { do: 'volume', by: 0.05 }],
    ['ArrowDown', { do: 'volume', by: -0.05 }],
    ['c', { do: 'captions' }],
    ['f', { do: 'fullscreen' }],
    ['m', { do: 'mute' }],
    ['p', { do: 'pip' }],
    ['n', { do: 'next' }],
    ['?', { do: 'help' }],
    ['7', { do: 'share', of: 0.7 }],
    ['Home', { do: 'share', of: 0 }],
    ['End', { do: 'share', of: 1 }],
    ['Escape', { do: 'close' }],
    ['GoBack', { do: 'leave' }],
    ['MediaPlayPause', { do: 'toggle' }],
    ['q', null],
  ])('%s', (key, action) => {
    expect(of(key)).toEqual(action);
  });

  it('go five seconds with Shift', () => {
    expect(of('ArrowRight', {}, { shiftKey: true })).toEqual({ do: 'seek', by: 5 });
  });

  it('do nothing with Control, Alt or Command: those are the browser’s', () => {
    for (const held of ['ctrlKey', 'altKey', 'metaKey']) expect(of('f', {}, { [held]: true })).toBeNull();
  });

  it('are only those that are not characters where single keys are turned off', () => {
    const off = { shortcuts: false };
    expect(['k', 'j', '5', '?', 'm'].map((key) => of(key, off))).toEqual([null, null, null, null, null]);
    expect(of(' ', off)).toEqual({ do: 'toggle' });
    expect(of('ArrowLeft', off)).toEqual({ do: 'seek', by: -10 });
  });

  it('leave a focused button, slider or panel what is theirs', () => {
    expect(of(' ', { on: 'button' })).toBeNull();
    expect(of('ArrowUp', { on: 'range' })).toBeNull();
    expect(of('ArrowDown', { on: 'panel' })).toBeNull();
    expect(of('ArrowRight', { on: 'button' })).toEqual({ do: 'seek', by: 10 });
    expect(of('GoBack', { on: 'panel' })).toEqual({ do: 'close' });
  });

  it('move the focus on a television, except along the line of time', () => {
    const tv = { isTv: true };
    expect(of('ArrowRight', { ...tv, on: 'button' })).toEqual({ do: 'move', dx: 1, dy: 0 });
    expect(of('ArrowDown', { ...tv, on: 'range' })).toEqual({ do: 'move', dx: 0, dy: 1 });
    expect(of('ArrowRight', { ...tv, on: 'range' })).toBeNull();
    expect(of('ArrowRight', tv)).toEqual({ do: 'seek', by: 10 });
    expect(of('Enter', tv)).toEqual({ do: 'toggle' });
  });
});
