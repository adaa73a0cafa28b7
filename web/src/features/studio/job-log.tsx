import { useEffect, useRef } from 'react';

import { Dialog } from '@/components/Dialog';
import { ErrorState, Waiting } from '@/components/States';
import { useT } from '@/lib/i18n';
import { percent } from '@/lib/format';

import { second } from './figures';
import { JobPill } from './media-state';
import { isActive, useJob } from './queries';
import { stageOf } from './sending-row';

const NEAR_PX = 40;

/** What a job writes, while it writes it: the end stays in view until one scrolls up. */
export function JobLog({ jobId, onClose }: { jobId: string; onClose: () => void }) {
  const t = useT();
  const { data: job, error, refetch } = useJob(jobId);
  const tail = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const lines = job?.log ?? [];
  useEffect(() => {
    if (isAtEnd.current && tail.current) tail.current.scrollTop = tail.current.scrollHeight;
  }, [lines.length]);
  return (
    <Dialog
      title={job ? t('studio.log.of', { name: job.title_name }) : t('studio.jobs.log')}
      onClose={onClose}
    >
      <div className="wide-dialog">
        {error && !job && <ErrorState error={error} onRetry={() => void refetch()} />}
        {!error && !job && <Waiting />}
        {job && (
          <>
            <p className="log-state">
              <JobPill state={job.state} />
              <span className="muted">
                {isActive(job) ? `${t(`studio.stage.${stageOf(job)}`)} · ${percent(job.progress)}` : ''}
              </span>
            </p>
            <div
              ref={tail}
              className="log"
              role="log"
              aria-label={t('studio.jobs.log')}
              tabIndex={0}
              onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
                isAtEnd.current = scrollHeight - scrollTop - clientHeight < NEAR_PX;
              }}
            >
              {lines.length === 0 && <p className="muted">{t('studio.log.none')}</p>}
              {lines.map((line, at) => (
                <p key={at}>
                  <time dateTime={line.at}>{second(line.at)}</time>
                  <span lang="en">{line.text}</span>
                </p>
              ))}
            </div>
          </>
        )}
      </div>
    </Dialog>
  );
}
