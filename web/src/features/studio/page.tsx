import { useT } from '@/lib/i18n';
import { useDocumentTitle } from '@/lib/page';

export function StudioPage() {
  const t = useT();
  useDocumentTitle(t('studio.title'));
  return (
    <div className="page">
      <h1 className="page-title">{t('studio.title')}</h1>
    </div>
  );
}
