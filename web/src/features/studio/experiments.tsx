import { FlaskConical, Plus, Square } from 'lucide-react';
import { useState } from 'react';

import { Button } from '@/components/Button';
import { Dialog } from '@/components/Dialog';
import { EmptyState, ErrorState, Waiting } from '@/components/States';
import { api, Refusal, type Schemas } from '@/lib/api';
import { number, percent } from '@/lib/format';
import { useT } from '@/lib/i18n';
import { useDocumentTitle } from '@/lib/page';
import { queryClient } from '@/lib/query';
import { notify } from '@/lib/toast';

import { instant } from './figures';
import { NewTrial } from './new-trial';
import { Part } from './part';
import { EXPERIMENTS, useExperiments } from './queries';
import { rate } from './rates-part';

type Experiment = Schemas['Experiment'];
type Arm = Schemas['Arm'];

/** What is tried on whom, and what it has shown: arms, profiles, rates with intervals, and a winner or none yet. */
export function StudioExperimentsPage() {
  const t = useT();
  useDocumentTitle(t('studio.experiments.title'));
  const [isNew, setNew] = useState(false);
  const { data, error, refetch } = useExperiments();
  const running = data?.items.filter((each) => each.stopped_at === null).length ?? 0;
  return (
    <>
      <header className="studio-head">
        <div>
          <h1>{t('studio.experiments.title')}</h1>
          <p className="voice" aria-live="polite">
            {data ? t('studio.experiments.running', { count: running }) : '\u00a0'}
          </p>
        </div>
        <div className="studio-tools">
          <Button
            compact
            icon={Plus}
            disabled={!data}
            onClick={() => {
              setNew(true);
            }}
          >
            {t('studio.experiments.new')}
          </Button>
        </div>
      </header>
      {error && !data ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : data ? (
        <div className="studio-body ruled">
          {data.items.map((each) => (
            <ExperimentPart key={each.experiment_id} experiment={each} />
          ))}
          {data.items.length === 0 && (
            <EmptyState
              icon={FlaskConical}
              kicker={t('studio.experiments.empty.kicker')}
              title={t('studio.experiments.empty.title')}
              sentence={t('studio.experiments.empty.sentence')}
            />
          )}
          {data.draws && <DrawsPart draws={data.draws} />}
          {data.drawn_at !== null && (
            <p className="small muted drawn-at">{t('studio.health.drawn', { at: instant(data.drawn_at) })}</p>
          )}
        </div>
      ) : (
        <Waiting />
      )}
      {isNew && data && (
        <NewTrial
          known={data}
          onClose={() => {
            setNew(false);
          }}
        />
      )}
    </>
  );
}

function ExperimentPart({ experiment }: { experiment: Experiment }) {
  const t = useT();
  const [isSure, setSure] = useState(false);
  const isShared = experiment.kind === 'interleaved';
  const highest = isShared ? 1 : Math.max(...experiment.arms.map((each) => each.high ?? 0), 0.001);
  const isRunning = experiment.stopped_at === null;
  return (
    <Part
      name={`${experiment.experiment_id} · ${t(`studio.experiments.kind.${experiment.kind}`)}`}
      finding={<Finding experiment={experiment} />}
      tools={
        isRunning && (
          <Button
            compact
            icon={Square}
            aria-label={t('studio.experiments.stopOf', { name: experiment.experiment_id })}
            onClick={() => {
              setSure(true);
            }}
          >
            {t('studio.experiments.stop')}
          </Button>
        )
      }
    >
      <table className="figures arms">
        <thead>
          <tr>
            <th scope="col">{t('studio.experiments.arm')}</th>
            <th scope="col" colSpan={2}>
              {t(isShared ? 'studio.experiments.share' : 'studio.rows.rate')}
            </th>
            <th scope="col" className="n">
              {t('studio.experiments.profiles')}
            </th>
            <th scope="col" className="n hours">
              {t('studio.kpi.plays')}
            </th>
            <th scope="col" className="n hours">
              {t(isShared ? 'studio.experiments.titles' : 'studio.rows.shown')}
            </th>
          </tr>
        </thead>
        <tbody>
          {experiment.arms.map((each) => (
            <ArmRow key={each.name} arm={each} highest={highest} isWinner={each.name === experiment.winner} />
          ))}
        </tbody>
      </table>
      <p className="small muted">
        {t(isRunning ? 'studio.experiments.since' : 'studio.experiments.over', {
          share: percent(experiment.share),
          since: instant(experiment.started_at),
          until: instant(experiment.stopped_at ?? experiment.started_at),
        })}
      </p>
      {isSure && (
        <StopDialog
          experiment={experiment}
          onClose={() => {
            setSure(false);
          }}
        />
      )}
    </Part>
  );
}

function ArmRow({ arm, highest, isWinner }: { arm: Arm; highest: number; isWinner: boolean }) {
  const t = useT();
  const says = useArmWords();
  const interval =
    arm.low === null || arm.high === null
      ? null
      : t('studio.experiments.interval', { low: rate(arm.low), high: rate(arm.high) });
  return (
    <tr>
      <th scope="row">
        {arm.name}
        {isWinner && <b className="won"> {t('studio.experiments.won')}</b>}
        <span className="arm-says">{arm.is_missing ? t('studio.experiments.missing') : says(arm)}</span>
      </th>
      <td className="share-cell">
        {arm.rate !== null && arm.low !== null && arm.high !== null && (
          <Interval value={arm.rate / highest} low={arm.low / highest} high={arm.high / highest} />
        )}
      </td>
      <td className="n strong">
        {rate(arm.rate)}
        {interval && <span className="arm-says">{interval}</span>}
      </td>
      <td className="n">{arm.profiles === null ? t('studio.kpi.fewViewers') : number(arm.profiles)}</td>
      <td className="n hours">{arm.played === null ? '—' : number(arm.played)}</td>
      <td className="n hours">{arm.shown === null ? '—' : number(arm.shown)}</td>
    </tr>
  );
}

/** What an arm changes, in words. */
function useArmWords(): (arm: Arm) => string {
  const t = useT();
  return (arm) => {
    const said = [
      arm.scorer && t('studio.experiments.scorer', { name: arm.scorer }),
      arm.version && t('studio.experiments.version', { name: arm.version }),
      ...(['calibration', 'diversity', 'exploration'] as const).map(
        (each) => arm[each] !== null && t(`studio.experiments.${each}`, { share: percent(arm[each]) }),
      ),
    ].filter(Boolean);
    return said.length > 0 ? said.join(' · ') : t('studio.experiments.plain');
  };
}

/** A value and the span around it in which it may lie; beside its numbers, which say the same. */
function Interval({ value, low, high }: { value: number; low: number; high: number }) {
  const within = (share: number) => `${Math.min(1, Math.max(0, share)) * 100}%`;
  const style: Record<string, string> = {
    '--value': within(value),
    '--low': within(low),
    '--high': within(high),
  };
  return <span aria-hidden className="interval" style={style} />;
}

function Finding({ experiment }: { experiment: Experiment }) {
  const t = useT();
  const first = experiment.comparisons.find((each) => each.arm === experiment.winner);
  if (experiment.verdict !== 'winner') return <>{t(`studio.experiments.verdict.${experiment.verdict}`)}</>;
  const name = experiment.winner ?? '';
  if (!first) return <>{t('studio.experiments.verdict.stays', { name })}</>;
  return (
    <>
      {t('studio.experiments.verdict.winner', {
        name,
        points: number(100 * first.difference, { maximumFractionDigits: 1 }),
        low: number(100 * first.low, { maximumFractionDigits: 1 }),
        high: number(100 * first.high, { maximumFractionDigits: 1 }),
      })}
    </>
  );
}

function StopDialog({ experiment, onClose }: { experiment: Experiment; onClose: () => void }) {
  const t = useT();
  const stop = async () => {
    try {
      await api.post('/studio/experiments/{experiment_id}/stop', {
        path: { experiment_id: experiment.experiment_id },
      });
    } catch (error) {
      notify(error instanceof Refusal && !error.isOffline ? error.message : t('studio.edit.offline'));
    }
    await queryClient.invalidateQueries({ queryKey: EXPERIMENTS });
    onClose();
  };
  return (
    <Dialog title={t('studio.experiments.sure', { name: experiment.experiment_id })} onClose={onClose}>
      <p className="voice sure">{t('studio.experiments.sureSentence')}</p>
      <div className="actions">
        <Button look="primary" icon={Square} onClick={() => void stop()}>
          {t('studio.experiments.stop')}
        </Button>
        <Button onClick={onClose}>{t('studio.experiments.keep')}</Button>
      </div>
    </Dialog>
  );
}

/** What the places that are drawn at times earn, and what they would were nothing ever drawn. */
function DrawsPart({ draws }: { draws: Schemas['DrawsValue'] }) {
  const t = useT();
  const lines = ['logged', 'ips', 'snips', 'doubly_robust'] as const;
  const highest = Math.max(...lines.map((each) => draws[each].high), 0.001);
  const isDear = draws.doubly_robust.low > draws.logged.value;
  return (
    <Part
      name={t('studio.experiments.draws')}
      finding={t(isDear ? 'studio.experiments.draws.dear' : 'studio.experiments.draws.cheap')}
    >
      <table className="figures arms">
        <thead>
          <tr>
            <th scope="col">{t('studio.experiments.estimate')}</th>
            <th scope="col" colSpan={2}>
              {t('studio.rows.rate')}
            </th>
          </tr>
        </thead>
        <tbody>
          {lines.map((each) => (
            <tr key={each}>
              <th scope="row">
                {t(`studio.experiments.draws.${each}`)}
                <span className="arm-says">{t(`studio.experiments.draws.${each}.says`)}</span>
              </th>
              <td className="share-cell">
                <Interval
                  value={draws[each].value / highest}
                  low={draws[each].low / highest}
                  high={draws[each].high / highest}
                />
              </td>
              <td className="n strong">
                {rate(draws[each].value)}
                <span className="arm-says">
                  {t('studio.experiments.interval', {
                    low: rate(Math.max(0, draws[each].low)),
                    high: rate(draws[each].high),
                  })}
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="small muted">
        {t('studio.experiments.draws.note', {
          count: draws.places,
          shown: number(draws.places),
          effective: number(draws.effective),
        })}
      </p>
    </Part>
  );
}
