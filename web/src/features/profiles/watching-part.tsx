import { Check, Select } from '@/components/Field';
import type { Schemas } from '@/lib/api';
import { useT } from '@/lib/i18n';

const CAPS = [480, 720, 1080, 2160];
const SIZES = ['small', 'medium', 'large', 'huge'] as const;
const GROUNDS = ['solid', 'veil', 'none'] as const;
const INKS = ['paper', 'lamp'] as const;

/** How a profile likes to watch. */
export function WatchingPart({ preferences }: { preferences: Schemas['Preferences'] | undefined }) {
  const t = useT();
  return (
    <fieldset>
      <legend>{t('profiles.watching.title')}</legend>
      <Check
        label={t('profiles.watching.autoplay')}
        name="autoplay"
        defaultChecked={preferences?.autoplay ?? true}
      />
      <Check
        label={t('profiles.watching.shortcuts')}
        hint={t('profiles.watching.shortcutsHint')}
        name="shortcuts"
        defaultChecked={preferences?.shortcuts ?? true}
      />
      <div className="pair">
        <Select
          label={t('profiles.watching.cap')}
          name="quality_cap"
          defaultValue={preferences?.quality_cap ?? ''}
        >
          <option value="">{t('profiles.watching.noCap')}</option>
          {CAPS.map((lines) => (
            <option key={lines} value={lines}>
              {t('profiles.watching.lines', { lines: String(lines) })}
            </option>
          ))}
        </Select>
        <LanguageSelect
          name="audio_language"
          chosen={preferences?.audio_language}
          none={t('profiles.watching.asFilmed')}
        />
        <LanguageSelect
          name="caption_language"
          chosen={preferences?.caption_language}
          none={t('profiles.watching.none')}
        />
        <Select
          label={t('profiles.watching.size')}
          name="caption_size"
          defaultValue={preferences?.caption_size ?? 'medium'}
        >
          {SIZES.map((each) => (
            <option key={each} value={each}>
              {t(`profiles.size.${each}`)}
            </option>
          ))}
        </Select>
        <Select
          label={t('profiles.watching.ground')}
          name="caption_ground"
          defaultValue={preferences?.caption_ground ?? 'veil'}
        >
          {GROUNDS.map((each) => (
            <option key={each} value={each}>
              {t(`profiles.ground.${each}`)}
            </option>
          ))}
        </Select>
        <Select
          label={t('profiles.watching.ink')}
          name="caption_ink"
          defaultValue={preferences?.caption_ink ?? 'paper'}
        >
          {INKS.map((each) => (
            <option key={each} value={each}>
              {t(`profiles.ink.${each}`)}
            </option>
          ))}
        </Select>
      </div>
    </fieldset>
  );
}

function LanguageSelect({
  name,
  chosen,
  none,
}: {
  name: 'audio_language' | 'caption_language';
  chosen: string | null | undefined;
  none: string;
}) {
  const t = useT();
  return (
    <Select label={t(`profiles.watching.${name}`)} name={name} defaultValue={chosen ?? ''}>
      <option value="">{none}</option>
      <option value="fr" lang="fr">
        Français
      </option>
      <option value="en" lang="en">
        English
      </option>
    </Select>
  );
}
