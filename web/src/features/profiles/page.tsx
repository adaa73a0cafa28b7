import { useT } from '@/lib/i18n';
import { useDocumentTitle } from '@/lib/page';

export function ProfilesPage() {
  const t = useT();
  useDocumentTitle(t('profiles.title'));
  return (
    <div className="page">
      <h1 className="page-title">{t('profiles.title')}</h1>
    </div>
  );
}
