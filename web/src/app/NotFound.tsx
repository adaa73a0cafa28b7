import { Link } from '@tanstack/react-router';
import { Search } from 'lucide-react';

import { buttonClass } from '@/components/Button';
import { OpenShell } from '@/components/Shell';
import { EmptyState } from '@/components/States';
import { useT } from '@/lib/i18n';
import { useDocumentTitle } from '@/lib/page';

/** No page has this address. */
export function NotFound() {
  const t = useT();
  useDocumentTitle(t('app.lost.title'));
  return (
    <OpenShell>
      <div className="page">
        <EmptyState
          level={1}
          icon={Search}
          kicker={t('app.lost.kicker')}
          title={t('app.lost.title')}
          sentence={t('app.lost.sentence')}
        >
          <Link to="/home" className={buttonClass({ look: 'primary' })}>
            {t('app.lost.home')}
          </Link>
        </EmptyState>
      </div>
    </OpenShell>
  );
}
