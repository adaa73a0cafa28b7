import { useT } from '@/lib/i18n';
import { useDocumentTitle } from '@/lib/page';

export function MyListPage() {
  const t = useT();
  useDocumentTitle(t('mylist.title'));
  return (
    <div className="page">
      <h1 className="page-title">{t('mylist.title')}</h1>
    </div>
  );
}
