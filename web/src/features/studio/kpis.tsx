import { useT } from '@/lib/i18n';
import { number } from '@/lib/format';

import { change, hours, points, share } from './figures';
import { changeOf, type Insights } from './findings';

/** The four figures of a span, each beside that of the span before. */
export function Kpis({ insights: of }: { insights: Insights }) {
  const t = useT();
  const finished =
    of.completion === null || of.completion_before === null ? null : of.completion - of.completion_before;
  return (
    <dl className="kpis">
      <Kpi
        name={t('studio.kpi.plays')}
        value={number(of.plays)}
        change={changeOf(of.plays, of.plays_before)}
      />
      <Kpi
        name={t('studio.kpi.hours')}
        value={hours(of.hours)}
        change={changeOf(of.hours, of.hours_before)}
      />
      <div>
        <dt>{t('studio.kpi.completion')}</dt>
        <dd>
          {share(of.completion)}
          {finished !== null && (
            <Change
              direction={Math.round(finished * 100)}
              text={t('studio.kpi.points', {
                count: Math.abs(Math.round(finished * 100)),
                shown: points(finished),
              })}
            />
          )}
        </dd>
      </div>
      <div>
        <dt>{t('studio.kpi.viewers')}</dt>
        <dd className={of.viewers === null ? 'in-words' : ''}>
          {of.viewers === null
            ? t(of.plays > 0 ? 'studio.kpi.fewViewers' : 'studio.kpi.noViewers')
            : number(of.viewers)}
        </dd>
      </div>
    </dl>
  );
}

function Kpi({ name, value, change: by }: { name: string; value: string; change: number | null }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {value}
        {by !== null && <Change direction={by} text={change(by)} />}
      </dd>
    </div>
  );
}

function Change({ direction, text }: { direction: number; text: string }) {
  const t = useT();
  const tone = direction === 0 ? '' : direction > 0 ? 'up' : 'down';
  return (
    <small className={tone}>
      {text}
      <span className="sr-only"> {t('studio.kpi.since')}</span>
    </small>
  );
}
