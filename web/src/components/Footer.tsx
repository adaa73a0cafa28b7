import { speak, useLanguage, useT } from '@/lib/i18n';
import { whenLanguageChosen } from '@/lib/language';

/** The foot of every page: who this is, and the other language. */
export function Footer({ attributions }: { attributions?: readonly string[] }) {
  const t = useT();
  const other = useLanguage() === 'fr' ? 'en' : 'fr';
  return (
    <footer className="foot">
      <span>{t('components.foot.house')}</span>
      <button
        type="button"
        lang={other}
        onClick={() => {
          void speak(other, true).then(() => whenLanguageChosen(other));
        }}
      >
        {other === 'fr' ? 'Français' : 'English'}
      </button>
      {attributions?.map((each) => (
        <span key={each}>{each}</span>
      ))}
    </footer>
  );
}
