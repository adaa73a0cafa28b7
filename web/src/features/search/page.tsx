import { useT } from '@/lib/i18n';
import { useDocumentTitle } from '@/lib/page';

export function SearchPage() {
  const t = useT();
  useDocumentTitle(t('search.title'));
  return (
    <div className="page">
      <h1 className="page-title">{t('search.title')}</h1>
    </div>
  );
}
