import { useMemo, useState } from 'react';

import { useT } from '@/lib/i18n';
import { number } from '@/lib/format';

import { hours, utcDay } from './figures';
import { bestOf, type Insights, type Metric } from './findings';
import { LineChart } from './line-chart';
import { Part } from './part';
import { isoDay, weeksOf } from './spans';

/** From so many days on, a point of the line is a week. */
const MOST_DAYS = 92;
const FULL_DAY = { weekday: 'long', day: 'numeric', month: 'long' } as const;

/** What was watched day by day, or week by week, beside the span before; as lines or as a table. */
export function DaysPart({ insights }: { insights: Insights }) {
  const t = useT();
  const [metric, setMetric] = useState<Metric>(insights.hours < 1 ? 'plays' : 'hours');
  const [today] = useState(() => Date.now());
  const [isTable, setTable] = useState(false);
  const isWeekly = insights.days.length > MOST_DAYS;
  const [days, before] = useMemo(
    () =>
      isWeekly
        ? [weeksOf(insights.days), weeksOf(insights.days_before)]
        : [insights.days, insights.days_before],
    [insights, isWeekly],
  );
  const best = bestOf(days, metric);
  const say = (value: number) =>
    metric === 'hours'
      ? t('studio.days.inHours', { shown: hours(value) })
      : t('studio.days.inPlays', { count: value, shown: number(value) });
  const nameOf = (day: string) =>
    isWeekly
      ? t('studio.days.weekOf', { day: utcDay(day, { day: 'numeric', month: 'long' }) })
      : utcDay(day, FULL_DAY);
  const top = best === null ? undefined : days[best];
  const finding = top
    ? t(isWeekly ? 'studio.days.bestWeek' : 'studio.days.bestDay', {
        day: utcDay(top.day, isWeekly ? { day: 'numeric', month: 'long' } : FULL_DAY),
        value: say(top[metric]),
      })
    : t('studio.days.noBest');
  return (
    <Part
      name={t(`studio.days.${metric}.${isWeekly ? 'weeks' : 'days'}`)}
      finding={finding}
      className="wide-part"
      tools={
        <>
          <div className="segments small-segments" role="group" aria-label={t('studio.days.metric')}>
            {(['hours', 'plays'] as const).map((each) => (
              <button
                key={each}
                type="button"
                aria-pressed={metric === each}
                onClick={() => {
                  setMetric(each);
                }}
              >
                {t(`studio.kpi.${each}`)}
              </button>
            ))}
          </div>
          <button
            type="button"
            className="link"
            onClick={() => {
              setTable(!isTable);
            }}
          >
            {t(isTable ? 'studio.chart.asChart' : 'studio.chart.asTable')}
          </button>
        </>
      }
    >
      {isTable ? (
        <DaysTable days={days} before={before} nameOf={nameOf} />
      ) : (
        <LineChart
          label={t(`studio.days.${metric}.${isWeekly ? 'weeks' : 'days'}`)}
          summary={finding}
          days={days.map((each) => each.day)}
          values={days.map((each) => each[metric])}
          before={before.map((each) => each[metric])}
          isWhole={metric === 'plays'}
          best={best}
          isUnfinished={insights.until >= isoDay(today)}
          say={say}
          nameOf={nameOf}
        />
      )}
    </Part>
  );
}

function DaysTable({
  days,
  before,
  nameOf,
}: {
  days: Insights['days'];
  before: Insights['days'];
  nameOf: (day: string) => string;
}) {
  const t = useT();
  return (
    <div className="scroll-table" tabIndex={0} role="group" aria-label={t('studio.days.table')}>
      <table className="figures">
        <thead>
          <tr>
            <th scope="col">{t('studio.days.day')}</th>
            <th scope="col" className="n">
              {t('studio.kpi.plays')}
            </th>
            <th scope="col" className="n">
              {t('studio.kpi.hours')}
            </th>
            <th scope="col" className="n">
              {t('studio.days.hoursBefore')}
            </th>
          </tr>
        </thead>
        <tbody>
          {days.map((each, at) => (
            <tr key={each.day}>
              <th scope="row">{nameOf(each.day)}</th>
              <td className="n">{number(each.plays)}</td>
              <td className="n">{hours(each.hours)}</td>
              <td className="n">{hours(before[at]?.hours ?? 0)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
