import { useT } from '@/lib/i18n';
import { useDocumentTitle } from '@/lib/page';

export function HistoryPage() {
  const t = useT();
  useDocumentTitle(t('history.title'));
  return (
    <div className="page">
      <h1 className="page-title">{t('history.title')}</h1>
    </div>
  );
}
