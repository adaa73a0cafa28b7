import { useT } from '@/lib/i18n';
import { useDocumentTitle } from '@/lib/page';

export function WelcomePage() {
  const t = useT();
  useDocumentTitle(t('welcome.title'));
  return (
    <div className="page">
      <h1 className="page-title">{t('welcome.title')}</h1>
    </div>
  );
}
