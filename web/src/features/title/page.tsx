import { useT } from '@/lib/i18n';
import { useDocumentTitle } from '@/lib/page';

export function TitlePage() {
  const t = useT();
  useDocumentTitle(t('title.title'));
  return (
    <div className="page">
      <h1 className="page-title">{t('title.title')}</h1>
    </div>
  );
}
