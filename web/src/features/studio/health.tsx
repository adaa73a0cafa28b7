import { Download, Stethoscope } from 'lucide-react';
import { useState } from 'react';

import { buttonClass } from '@/components/Button';
import { Icon } from '@/components/Icon';
import { EmptyState, ErrorState, Waiting } from '@/components/States';
import { address, type Schemas } from '@/lib/api';
import { duration, number, percent } from '@/lib/format';
import { useT } from '@/lib/i18n';
import { useDocumentTitle } from '@/lib/page';

import { instant, utcDay } from './figures';
import { LineChart } from './line-chart';
import { Bar, Part } from './part';
import { useHealth } from './queries';
import { rate, RatesPart } from './rates-part';
import { useRowName } from './rows-part';
import { isoDay } from './spans';

type Health = Schemas['RecommenderHealth'];

const DAY_S = 86_400;
const OLD_S = 2 * DAY_S;
const FULL_DAY = { weekday: 'long', day: 'numeric', month: 'long' } as const;

/** How the recommender fares: how fresh its model is, what it shows, and what comes of it. */
export function StudioHealthPage() {
  const t = useT();
  useDocumentTitle(t('studio.health.title'));
  const { data, error, refetch } = useHealth();
  return (
    <>
      <header className="studio-head">
        <div>
          <h1>{t('studio.health.title')}</h1>
          <p className="voice" aria-live="polite">
            {data ? t(`studio.health.finding.${findingOf(data)}`) : '\u00a0'}
          </p>
        </div>
        <div className="studio-tools">
          <a className={buttonClass({ compact: true })} href={address('/studio/health.csv')} download>
            <Icon of={Download} />
            {t('studio.overview.csvShort')}
            <span className="sr-only">{t('studio.overview.csv')}</span>
          </a>
        </div>
      </header>
      {error && !data ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : data ? (
        <Body health={data} />
      ) : (
        <Waiting />
      )}
    </>
  );
}

/** What matters first: that there is a model, that it knows nobody it must not, that it is not old. */
function findingOf(health: Health): 'none' | 'erased' | 'old' | 'behind' | 'fresh' {
  if (health.model_version === null) return 'none';
  if (health.is_stale) return 'erased';
  if ((health.model_age_s ?? 0) > OLD_S && (health.lag_events ?? 0) > 0) return 'old';
  return (health.lag_events ?? 0) > 0 ? 'behind' : 'fresh';
}

function Body({ health }: { health: Health }) {
  const t = useT();
  const nameOf = useRowName();
  const shown = health.by_day.reduce((sum, each) => sum + each.shown, 0);
  return (
    <div className="studio-body">
      <dl className="kpis">
        <Kpi name={t('studio.health.age')} value={age(health.model_age_s)} />
        <Kpi
          name={t('studio.health.lag')}
          value={health.lag_events === null ? '—' : number(health.lag_events)}
          small={t('studio.health.of', {
            count: health.log_end_offset,
            shown: number(health.log_end_offset),
          })}
        />
        <Kpi name={t('studio.health.coverage')} value={rate(health.coverage)} />
        <Kpi name={t('studio.health.impressions')} value={number(health.impressions ?? 0)} />
      </dl>
      {shown === 0 ? (
        <EmptyState
          icon={Stethoscope}
          kicker={t('studio.health.empty.kicker')}
          title={t('studio.health.empty.title')}
          sentence={t('studio.health.empty.sentence')}
        />
      ) : (
        <div className="studio-grid">
          <DaysPart health={health} />
          <ShownPart health={health} />
          <RatesPart
            name={t('studio.health.rows')}
            of={t('studio.rows.row')}
            rates={health.rows}
            nameOf={nameOf}
          />
          <RatesPart
            name={t('studio.health.positions')}
            of={t('studio.health.position')}
            rates={[...health.positions].sort((a, b) => Number(a.name) - Number(b.name))}
            nameOf={(name) => placeName(name, t('studio.health.lower'))}
          />
          <RatesPart
            name={t('studio.health.scorers')}
            of={t('studio.health.scorer')}
            rates={health.scorers}
            nameOf={(name) => (name === 'other' ? t('studio.health.other') : name)}
          />
        </div>
      )}
      {health.drawn_at !== null && (
        <p className="small muted drawn-at">{t('studio.health.drawn', { at: instant(health.drawn_at) })}</p>
      )}
    </div>
  );
}

/** Rows are numbered from one by people; the last number holds all that stand lower. */
function placeName(name: string, lower: string): string {
  const place = Number(name) + 1;
  return place > 20 ? lower : number(place);
}

function age(seconds: number | null): string {
  if (seconds === null) return '—';
  if (seconds < DAY_S) return duration(seconds);
  return number(Math.round(seconds / DAY_S), { style: 'unit', unit: 'day', unitDisplay: 'long' });
}

function Kpi({ name, value, small }: { name: string; value: string; small?: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {value}
        {small && <small>{small}</small>}
      </dd>
    </div>
  );
}

/** The share of the rows seen that was played from, day by day; as a line or as a table. */
function DaysPart({ health }: { health: Health }) {
  const t = useT();
  const [isTable, setTable] = useState(false);
  const [today] = useState(() => Date.now());
  const seen = health.by_day.reduce((sum, each) => sum + each.shown, 0);
  const played = health.by_day.reduce((sum, each) => sum + each.shown * (each.ctr ?? 0), 0);
  const finding = t('studio.health.daily', { rate: rate(played / Math.max(1, seen)) });
  const last = health.by_day.at(-1);
  return (
    <Part
      name={t('studio.health.days')}
      finding={finding}
      className="wide-part"
      tools={
        <button
          type="button"
          className="link"
          onClick={() => {
            setTable(!isTable);
          }}
        >
          {t(isTable ? 'studio.chart.asChart' : 'studio.chart.asTable')}
        </button>
      }
    >
      {isTable ? (
        <div className="scroll-table" tabIndex={0} role="group" aria-label={t('studio.days.table')}>
          <table className="figures">
            <thead>
              <tr>
                <th scope="col">{t('studio.days.day')}</th>
                <th scope="col" className="n">
                  {t('studio.rows.shown')}
                </th>
                <th scope="col" className="n">
                  {t('studio.rows.rate')}
                </th>
              </tr>
            </thead>
            <tbody>
              {health.by_day.map((each) => (
                <tr key={each.day}>
                  <th scope="row">{utcDay(each.day, FULL_DAY)}</th>
                  <td className="n">{number(each.shown)}</td>
                  <td className="n">{rate(each.ctr)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : (
        <LineChart
          label={t('studio.health.days')}
          summary={finding}
          days={health.by_day.map((each) => each.day)}
          values={health.by_day.map((each) => 100 * (each.ctr ?? 0))}
          before={[]}
          isWhole={false}
          best={null}
          isUnfinished={last !== undefined && last.day >= isoDay(today)}
          say={(value) => rate(value / 100)}
          tick={(value) => rate(value / 100)}
          nameOf={(day) => utcDay(day, FULL_DAY)}
        />
      )}
    </Part>
  );
}

/** What is shown, in six figures, each with what it says. */
function ShownPart({ health }: { health: Health }) {
  const t = useT();
  const figures = [
    { key: 'long_tail', value: rate(health.long_tail), share: health.long_tail },
    { key: 'gini', value: decimal(health.gini), share: health.gini },
    { key: 'calibration_error', value: decimal(health.calibration_error), share: health.calibration_error },
    { key: 'taste_drift', value: decimal(health.taste_drift), share: health.taste_drift },
    {
      key: 'novelty',
      value: health.novelty === null ? '—' : t('studio.health.bits', { shown: decimal(health.novelty, 1) }),
      share: null,
    },
  ] as const;
  return (
    <Part
      name={t('studio.health.shown')}
      finding={
        health.coverage === null
          ? undefined
          : t('studio.health.covered', { share: percent(health.coverage, health.coverage < 0.1 ? 1 : 0) })
      }
      className="narrow-part"
    >
      <dl className="health-figures">
        {figures.map(({ key, value, share }) => (
          <div key={key}>
            <dt>
              {t(`studio.health.${key}`)} <b>{value}</b>
            </dt>
            <dd>
              {share !== null && <Bar share={share} />}
              <span>{t(`studio.health.${key}.says`)}</span>
            </dd>
          </div>
        ))}
      </dl>
    </Part>
  );
}

function decimal(value: number | null, digits = 2): string {
  return value === null ? '—' : number(value, { maximumFractionDigits: digits });
}
