import { useT } from '@/lib/i18n';
import { useDocumentTitle } from '@/lib/page';

export function WatchPage() {
  const t = useT();
  useDocumentTitle(t('player.title'));
  return (
    <div className="page">
      <h1 className="page-title">{t('player.title')}</h1>
    </div>
  );
}
