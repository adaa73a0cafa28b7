import { useT } from '@/lib/i18n';
import { useDocumentTitle } from '@/lib/page';

export function SignInPage() {
  const t = useT();
  useDocumentTitle(t('signin.title'));
  return (
    <div className="page">
      <h1 className="page-title">{t('signin.title')}</h1>
    </div>
  );
}
