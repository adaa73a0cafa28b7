import { RotateCcw, ScrollText, Square } from 'lucide-react';
import { useState } from 'react';

import { Button } from '@/components/Button';
import { ErrorState, Waiting } from '@/components/States';
import { api, Refusal } from '@/lib/api';
import { useT } from '@/lib/i18n';
import { duration, percent } from '@/lib/format';
import { notify } from '@/lib/toast';

import { instant, restOf } from './figures';
import { JobLog } from './job-log';
import { JobPill } from './media-state';
import { Part } from './part';
import { Progress } from './progress';
import { isActive, refreshMedia, useJobs, type Job } from './queries';
import { stageOf } from './sending-row';
import { Thumb } from './thumb';

const FIRST = 8;

/** The work on films: what runs, what waits, what went wrong and how to mend it. */
export function JobsPart() {
  const t = useT();
  const { data: jobs, error, refetch, dataUpdatedAt } = useJobs();
  const [logged, setLogged] = useState<string | null>(null);
  const [isAll, setAll] = useState(false);
  const ordered = jobs ? [...jobs].sort((a, b) => rankOf(a) - rankOf(b)) : [];
  const shown = isAll
    ? ordered
    : ordered.slice(0, Math.max(FIRST, ordered.filter((each) => rankOf(each) < 3).length));
  return (
    <Part name={t('studio.jobs.name')} className="jobs-part">
      {error && !jobs ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : !jobs ? (
        <Waiting />
      ) : jobs.length === 0 ? (
        <p className="nothing">{t('studio.jobs.none')}</p>
      ) : (
        <ul className="ruled-list" aria-label={t('studio.jobs.name')}>
          {shown.map((each) => (
            <JobRow
              key={each.job_id}
              job={each}
              now={dataUpdatedAt}
              onLog={() => {
                setLogged(each.job_id);
              }}
            />
          ))}
        </ul>
      )}
      {ordered.length > shown.length && (
        <button
          type="button"
          className="link"
          onClick={() => {
            setAll(true);
          }}
        >
          {t('studio.jobs.all', { count: ordered.length })}
        </button>
      )}
      {logged && (
        <JobLog
          jobId={logged}
          onClose={() => {
            setLogged(null);
          }}
        />
      )}
    </Part>
  );
}

/** What runs comes first, then what waits, then what went wrong; the rest as the server has it: the newest first. */
function rankOf(job: Job): number {
  return { running: 0, queued: 1, failed: 2, cancelled: 3, done: 3 }[job.state];
}

function JobRow({ job, now, onLog }: { job: Job; now: number; onLog: () => void }) {
  const t = useT();
  const act = async (what: 'retry' | 'cancel') => {
    try {
      await api.post(`/studio/jobs/{job_id}/${what}`, { path: { job_id: job.job_id } });
    } catch (error) {
      notify(error instanceof Refusal && !error.isOffline ? error.message : t('studio.edit.offline'));
    }
    await refreshMedia();
  };
  return (
    <li className="work job">
      <Thumb titleId={job.title_id} />
      <div className="work-name">
        <b>{job.title_name}</b>
        <span>{job.file_name}</span>
      </div>
      <div className="work-state">
        <JobPill state={job.state} />
        <span>{timeWords(t, job, now)}</span>
      </div>
      <div className="work-progress">
        {job.state !== 'done' && (
          <Progress share={job.progress} label={t('studio.jobs.progressOf', { name: job.title_name })} />
        )}
        <p>
          {job.state === 'running'
            ? `${percent(job.progress)} · ${t(`studio.stage.${stageOf(job)}`)}`
            : restWords(t, job)}
        </p>
      </div>
      <div className="work-actions">
        <Button
          compact
          icon={ScrollText}
          onClick={onLog}
          aria-label={t('studio.jobs.logOf', { name: job.title_name })}
        >
          {t('studio.jobs.log')}
        </Button>
        {isActive(job) && (
          <Button
            compact
            icon={Square}
            aria-label={t('studio.jobs.cancelOf', { name: job.title_name })}
            onClick={() => void act('cancel')}
          >
            {t('studio.jobs.cancel')}
          </Button>
        )}
        {(job.state === 'failed' || job.state === 'cancelled') && (
          <Button
            compact
            icon={RotateCcw}
            aria-label={t('studio.jobs.retryOf', { name: job.title_name })}
            onClick={() => void act('retry')}
          >
            {t('studio.jobs.retry')}
          </Button>
        )}
      </div>
      {job.trouble && job.state !== 'done' && <Trouble trouble={job.trouble} />}
    </li>
  );
}

function Trouble({ trouble }: { trouble: NonNullable<Job['trouble']> }) {
  const t = useT();
  return (
    <dl className="trouble">
      <div>
        <dt>{t('studio.trouble.what')}</dt>
        <dd lang="en">{trouble.message}</dd>
      </div>
      {trouble.where && (
        <div>
          <dt>{t('studio.trouble.where')}</dt>
          <dd>{trouble.where}</dd>
        </div>
      )}
      {trouble.remedy && (
        <div>
          <dt>{t('studio.trouble.remedy')}</dt>
          <dd lang="en">{trouble.remedy}</dd>
        </div>
      )}
    </dl>
  );
}

type Translate = ReturnType<typeof useT>;

function timeWords(t: Translate, job: Job, now: number): string {
  if (job.state === 'running' && job.started_at) {
    const rest = restOf((now - Date.parse(job.started_at)) / 1000, job.progress);
    return rest === null
      ? t('studio.jobs.since', { time: instant(job.started_at, now) })
      : t('studio.upload.rest', { time: duration(rest) });
  }
  return instant(job.ended_at ?? job.created_at, now || undefined);
}

function restWords(t: Translate, job: Job): string {
  if (job.state === 'done' && job.started_at && job.ended_at) {
    const took = (Date.parse(job.ended_at) - Date.parse(job.started_at)) / 1000;
    return t('studio.jobs.took', { time: duration(took) });
  }
  if (job.state === 'queued') return t('studio.stage.waiting');
  if (job.watchable_at) return t('studio.jobs.watchable');
  return job.attempts > 1 ? t('studio.jobs.attempts', { count: job.attempts }) : '\u00a0';
}
