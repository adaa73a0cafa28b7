import { Dialog } from '@/components/Dialog';
import { useT, type Key } from '@/lib/i18n';

import { useWatch, useWatchState } from './context';

type Cap = string | { said: Extract<Key, `player.key.${string}`> };
interface Line {
  does: Extract<Key, `player.keys.${string}`>;
  caps: readonly Cap[];
  isLetter: boolean;
}

const SHIFT: Cap = { said: 'player.key.shift' };
const LINES: readonly Line[] = [
  { does: 'player.keys.toggle', caps: [{ said: 'player.key.space' }], isLetter: false },
  { does: 'player.keys.seek', caps: ['←', '→'], isLetter: false },
  { does: 'player.keys.seekShort', caps: [SHIFT, '←', '→'], isLetter: false },
  { does: 'player.keys.volume', caps: ['↑', '↓'], isLetter: false },
  {
    does: 'player.keys.ends',
    caps: [{ said: 'player.key.home' }, { said: 'player.key.end' }],
    isLetter: false,
  },
  { does: 'player.keys.chapter', caps: ['⇟', '⇞'], isLetter: false },
  { does: 'player.keys.close', caps: [{ said: 'player.key.escape' }], isLetter: false },
  { does: 'player.keys.toggle', caps: ['K'], isLetter: true },
  { does: 'player.keys.seek', caps: ['J', 'L'], isLetter: true },
  { does: 'player.keys.mute', caps: ['M'], isLetter: true },
  { does: 'player.keys.captions', caps: ['C'], isLetter: true },
  { does: 'player.keys.fullscreen', caps: ['F'], isLetter: true },
  { does: 'player.keys.pip', caps: ['P'], isLetter: true },
  { does: 'player.keys.next', caps: ['N'], isLetter: true },
  { does: 'player.keys.share', caps: ['0', '…', '9'], isLetter: true },
  { does: 'player.keys.help', caps: ['?'], isLetter: true },
];

function Keys({ isLetter }: { isLetter: boolean }) {
  const t = useT();
  return (
    <dl className="pl-key-list">
      {LINES.filter((line) => line.isLetter === isLetter).map(({ does, caps }) => (
        <div key={does}>
          <dt>
            {caps.map((cap) => {
              const text = typeof cap === 'string' ? cap : t(cap.said);
              return <kbd key={text}>{text}</kbd>;
            })}
          </dt>
          <dd>{t(does)}</dd>
        </div>
      ))}
    </dl>
  );
}

/** What the keys do, and whether letters are keys at all. */
export function Help({ onClose }: { onClose: () => void }) {
  const t = useT();
  const watch = useWatch();
  const { preferences } = useWatchState();
  return (
    <Dialog title={t('player.help')} onClose={onClose}>
      <Keys isLetter={false} />
      {preferences && (
        <label className="check pl-letters">
          <input
            type="checkbox"
            checked={preferences.shortcuts}
            onChange={(event) => watch.prefer({ shortcuts: event.target.checked })}
          />
          <span>
            {t('player.helpLetters')}
            <small>{t('player.helpLettersHint')}</small>
          </span>
        </label>
      )}
      {preferences?.shortcuts !== false && <Keys isLetter />}
    </Dialog>
  );
}
