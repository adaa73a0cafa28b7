import { useT } from '@/lib/i18n';
import { useDocumentTitle } from '@/lib/page';

import { AssetsPart } from './assets-part';
import { JobsPart } from './jobs-part';
import { isActive, useJobs } from './queries';
import { UploadPart } from './upload-part';

/** Films: what comes in, what is being made of it, what can be played. */
export function StudioMediaPage() {
  const t = useT();
  useDocumentTitle(t('studio.media.title'));
  const { data: jobs, isPending } = useJobs();
  return (
    <>
      <header className="studio-head">
        <div>
          <h1>{t('studio.media.title')}</h1>
          <p className="voice" role="status">
            {jobs ? <Finding active={jobs.filter(isActive).length} failed={failedOf(jobs)} /> : '\u00a0'}
          </p>
        </div>
      </header>
      <div className="studio-body ruled">
        <UploadPart />
        <JobsPart />
        {/* Not before the list over it is there: it would be pushed down. */}
        {!isPending && <AssetsPart />}
      </div>
    </>
  );
}

function failedOf(jobs: readonly { state: string }[]): number {
  return jobs.filter((each) => each.state === 'failed').length;
}

function Finding({ active, failed }: { active: number; failed: number }) {
  const t = useT();
  if (active > 0) return <>{t('studio.media.active', { count: active })}</>;
  return <>{failed > 0 ? t('studio.media.failed', { count: failed }) : t('studio.media.quiet')}</>;
}
