import { useT } from '@/lib/i18n';
import { useDocumentTitle } from '@/lib/page';

export function AccountPage() {
  const t = useT();
  useDocumentTitle(t('account.title'));
  return (
    <div className="page">
      <h1 className="page-title">{t('account.title')}</h1>
    </div>
  );
}
