import { Link } from '@tanstack/react-router';
import { Check, Pause, Play, TriangleAlert, X } from 'lucide-react';

import { buttonClass, IconButton } from '@/components/Button';
import { Icon } from '@/components/Icon';
import { useT } from '@/lib/i18n';
import { duration, percent } from '@/lib/format';

import { bytes } from './figures';
import { Progress } from './progress';
import type { Job } from './queries';
import { Thumb } from './thumb';
import { giveUp, goOn, pause, type Sending } from './uploads';

/** A film on its way: how much of it is there, and then what is made of it, until it can be watched. */
export function SendingRow({ sending, job }: { sending: Sending; job: Job | undefined }) {
  const t = useT();
  const { state, size, sent, fileName, titleName } = sending;
  const isGone = job && (job.state === 'failed' || job.state === 'cancelled');
  const isPlayable = Boolean(job?.watchable_at);
  return (
    <li className="work">
      <Thumb titleId={sending.titleId} />
      <div className="work-name">
        <b>{titleName}</b>
        <span>{fileName}</span>
      </div>
      <div className="work-progress">
        {job && !isGone ? (
          <Progress
            share={isPlayable && job.state === 'done' ? 1 : job.progress}
            label={t('studio.jobs.progressOf', { name: titleName })}
          />
        ) : (
          <Progress
            share={size > 0 ? sent / size : 0}
            label={t('studio.upload.progressOf', { file: fileName })}
          />
        )}
        <p
          className={state === 'failed' || isGone ? 'text-alert' : ''}
          role={state === 'failed' ? 'alert' : undefined}
        >
          <SendingWords sending={sending} job={job} />
        </p>
      </div>
      <SendingActions sending={sending} isPlayable={isPlayable} />
    </li>
  );
}

function SendingActions({ sending, isPlayable }: { sending: Sending; isPlayable: boolean }) {
  const t = useT();
  const { id, state, fileName, titleName } = sending;
  const isStopped = state === 'paused' || state === 'failed';
  return (
    <div className="work-actions">
      {isPlayable && (
        <Link
          to="/watch/$titleId"
          params={{ titleId: sending.titleId }}
          className={buttonClass({ look: 'primary', compact: true })}
          aria-label={t('studio.upload.watchNow', { name: titleName })}
        >
          <Icon of={Play} filled />
          {t('studio.upload.watch')}
        </Link>
      )}
      {(state === 'sending' || state === 'cut') && (
        <IconButton
          label={t('studio.upload.pause', { file: fileName })}
          icon={Pause}
          filled
          onClick={() => void pause(id)}
        />
      )}
      {isStopped && (
        <IconButton
          label={t('studio.upload.goOn', { file: fileName })}
          icon={Play}
          filled
          onClick={() => {
            goOn(id);
          }}
        />
      )}
      <IconButton
        label={t(state === 'sent' ? 'studio.upload.hide' : 'studio.upload.giveUp', { file: fileName })}
        icon={X}
        onClick={() => void giveUp(id)}
      />
    </div>
  );
}

function SendingWords({ sending, job }: { sending: Sending; job: Job | undefined }) {
  const t = useT();
  const { state, size, sent, bytesPerS, restS, trouble } = sending;
  if (state === 'failed' && trouble) {
    return (
      <>
        <Icon of={TriangleAlert} size={16} /> {t(`studio.upload.failed.${trouble.kind}`)}
        {trouble.kind === 'refused' && trouble.told ? ` ${trouble.told}` : ''}
      </>
    );
  }
  if (state === 'sent') return <SentWords job={job} />;
  const so = t('studio.upload.so', {
    share: percent(size > 0 ? sent / size : 0),
    sent: bytes(sent),
    size: bytes(size),
  });
  if (state === 'paused') return <>{`${so} · ${t('studio.upload.paused')}`}</>;
  if (state === 'cut') return <>{`${so} · ${t('studio.upload.cut')}`}</>;
  return (
    <>
      {[
        so,
        bytesPerS ? t('studio.upload.speed', { speed: bytes(bytesPerS) }) : null,
        restS === null ? null : t('studio.upload.rest', { time: duration(restS) }),
      ]
        .filter(Boolean)
        .join(' · ')}
    </>
  );
}

function SentWords({ job }: { job: Job | undefined }) {
  const t = useT();
  if (!job) return <>{t('studio.upload.arrived')}</>;
  if (job.state === 'failed' || job.state === 'cancelled') return <>{t(`studio.upload.job.${job.state}`)}</>;
  const text = job.watchable_at
    ? t(job.state === 'done' ? 'studio.upload.job.done' : 'studio.upload.job.watchable')
    : t('studio.upload.job.making', {
        stage: t(`studio.stage.${stageOf(job)}`),
        share: percent(job.progress),
      });
  return (
    <>
      {job.watchable_at && <Icon of={Check} size={16} />} {text}
    </>
  );
}

const STAGES = [
  'waiting',
  'drawing',
  'probing',
  'encoding-first',
  'packaging-first',
  'encoding-rest',
  'packaging',
  'done',
] as const;

/** The stage of a job, of those that have a name here. */
export function stageOf(job: Pick<Job, 'stage'>): (typeof STAGES)[number] {
  return STAGES.find((each) => each === job.stage) ?? 'waiting';
}
