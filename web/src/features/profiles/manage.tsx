import { useT } from '@/lib/i18n';
import { useDocumentTitle } from '@/lib/page';

export function ManageProfilesPage() {
  const t = useT();
  useDocumentTitle(t('profiles.manage.title'));
  return (
    <div className="page">
      <h1 className="page-title">{t('profiles.manage.title')}</h1>
    </div>
  );
}
