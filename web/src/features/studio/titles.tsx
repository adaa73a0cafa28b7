import { useT } from '@/lib/i18n';
import { useDocumentTitle } from '@/lib/page';

export function StudioTitlesPage() {
  const t = useT();
  useDocumentTitle(t('studio.titles.title'));
  return (
    <div className="page">
      <h1 className="page-title">{t('studio.titles.title')}</h1>
    </div>
  );
}
