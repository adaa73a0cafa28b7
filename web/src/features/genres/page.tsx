import { useT } from '@/lib/i18n';
import { useDocumentTitle } from '@/lib/page';

export function GenresPage() {
  const t = useT();
  useDocumentTitle(t('genres.title'));
  return (
    <div className="page">
      <h1 className="page-title">{t('genres.title')}</h1>
    </div>
  );
}
