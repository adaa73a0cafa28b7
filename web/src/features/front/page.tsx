import { useT } from '@/lib/i18n';
import { useDocumentTitle } from '@/lib/page';

export function FrontPage() {
  const t = useT();
  useDocumentTitle(t('front.title'));
  return (
    <div className="page">
      <h1 className="page-title">{t('front.title')}</h1>
    </div>
  );
}
