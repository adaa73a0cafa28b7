import { useT } from '@/lib/i18n';
import { useDocumentTitle } from '@/lib/page';

export function StudioMediaPage() {
  const t = useT();
  useDocumentTitle(t('studio.media.title'));
  return (
    <div className="page">
      <h1 className="page-title">{t('studio.media.title')}</h1>
    </div>
  );
}
