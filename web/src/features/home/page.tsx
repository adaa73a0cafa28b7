import { useT } from '@/lib/i18n';
import { useDocumentTitle } from '@/lib/page';

export function HomePage() {
  const t = useT();
  useDocumentTitle(t('home.title'));
  return (
    <div className="page">
      <h1 className="page-title">{t('home.title')}</h1>
    </div>
  );
}
