import { useT } from '@/lib/i18n';
import { useDocumentTitle } from '@/lib/page';

export function SignUpPage() {
  const t = useT();
  useDocumentTitle(t('signin.signUp.title'));
  return (
    <div className="page">
      <h1 className="page-title">{t('signin.signUp.title')}</h1>
    </div>
  );
}
