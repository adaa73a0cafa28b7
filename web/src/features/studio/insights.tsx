import { useT } from '@/lib/i18n';
import { useDocumentTitle } from '@/lib/page';

export function StudioInsightsPage() {
  const t = useT();
  useDocumentTitle(t('studio.insights.title'));
  return (
    <div className="page">
      <h1 className="page-title">{t('studio.insights.title')}</h1>
    </div>
  );
}
