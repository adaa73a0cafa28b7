/** What a key does in the player. */

export type Action =
  | {
      do:
        'toggle' | 'mute' | 'captions' | 'fullscreen' | 'pip' | 'next' | 'help' | 'close' | 'leave' | 'wake';
    }
  | { do: 'seek' | 'volume'; by: number }
  | { do: 'share'; of: number }
  | { do: 'move'; dx: -1 | 0 | 1; dy: -1 | 0 | 1 };

export interface Pressed {
  key: string;
  shiftKey?: boolean;
  ctrlKey?: boolean;
  altKey?: boolean;
  metaKey?: boolean;
}

export interface Around {
  /** What has the focus: nothing in particular, a control that is pressed, one that arrows change, a panel. */
  on: 'page' | 'button' | 'range' | 'panel';
  /** Whether single letters, digits and "?" do something (WCAG 2.1.4). */
  shortcuts: boolean;
  /** Whether arrows move the focus, as on a television. */
  isTv: boolean;
}

const LONG_S = 10;
const SHORT_S = 5;
const LOUDER = 0.05;

const LETTERS: Readonly<Record<string, Action>> = {
  k: { do: 'toggle' },
  j: { do: 'seek', by: -LONG_S },
  l: { do: 'seek', by: LONG_S },
  c: { do: 'captions' },
  f: { do: 'fullscreen' },
  m: { do: 'mute' },
  p: { do: 'pip' },
  n: { do: 'next' },
  '?': { do: 'help' },
};
const ARROWS: Readonly<Record<string, readonly [-1 | 0 | 1, -1 | 0 | 1]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
const BACK: ReadonlySet<string> = new Set(['GoBack', 'BrowserBack', 'XF86Back']);
const MEDIA: Readonly<Record<string, Action>> = {
  MediaPlayPause: { do: 'toggle' },
  MediaRewind: { do: 'seek', by: -LONG_S },
  MediaFastForward: { do: 'seek', by: LONG_S },
  MediaTrackNext: { do: 'next' },
};

function arrowOf(
  pressed: Pressed,
  [dx, dy]: readonly [-1 | 0 | 1, -1 | 0 | 1],
  around: Around,
): Action | null {
  if (around.on === 'panel') return null;
  if (around.isTv && (around.on === 'button' || dy !== 0)) return { do: 'move', dx, dy };
  if (around.on === 'range') return null;
  if (dx !== 0) return { do: 'seek', by: dx * (pressed.shiftKey ? SHORT_S : LONG_S) };
  return { do: 'volume', by: -dy * LOUDER };
}

function pressOf(key: string, around: Around): Action | null {
  if (around.on !== 'page') return null;
  if (key === ' ') return { do: 'toggle' };
  return key === 'Enter' ? { do: around.isTv ? 'toggle' : 'wake' } : null;
}

function singleOf(key: string, around: Around): Action | null {
  if (!around.shortcuts) return null;
  if (/^\d$/.test(key)) return { do: 'share', of: Number(key) / 10 };
  return LETTERS[key.toLowerCase()] ?? null;
}

function endOf(key: string, around: Around): Action | null {
  if (around.on === 'panel' || around.on === 'range') return null;
  return { do: 'share', of: key === 'Home' ? 0 : 1 };
}

const isCombined = ({ ctrlKey, altKey, metaKey }: Pressed): boolean =>
  [ctrlKey, altKey, metaKey].includes(true);

/** What a key asks for; null leaves it to the browser. */
export function actionOf(pressed: Pressed, around: Around): Action | null {
  const { key } = pressed;
  const arrow = ARROWS[key];
  if (isCombined(pressed)) return null;
  if (key === 'Escape') return { do: 'close' };
  if (BACK.has(key)) return { do: around.on === 'panel' ? 'close' : 'leave' };
  if (arrow) return arrowOf(pressed, arrow, around);
  if (key === ' ' || key === 'Enter') return pressOf(key, around);
  if (key === 'Home' || key === 'End') return endOf(key, around);
  return MEDIA[key] ?? singleOf(key, around);
}
