import { useT } from '@/lib/i18n';
import { useDocumentTitle } from '@/lib/page';

export function PersonPage() {
  const t = useT();
  useDocumentTitle(t('people.title'));
  return (
    <div className="page">
      <h1 className="page-title">{t('people.title')}</h1>
    </div>
  );
}
