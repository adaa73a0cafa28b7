import { useT } from '@/lib/i18n';
import { useDocumentTitle } from '@/lib/page';

export function GenrePage() {
  const t = useT();
  useDocumentTitle(t('genres.genre.title'));
  return (
    <div className="page">
      <h1 className="page-title">{t('genres.genre.title')}</h1>
    </div>
  );
}
