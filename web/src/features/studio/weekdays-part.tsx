import { useT } from '@/lib/i18n';
import { number } from '@/lib/format';

import { hours, weekday } from './figures';
import { weekdayFinding, type Insights } from './findings';
import { Bar, Part } from './part';
import { weekdaysOf } from './spans';

/** How much is watched on each day of the week, on average. */
export function WeekdaysPart({ insights }: { insights: Insights }) {
  const t = useT();
  const averages = weekdaysOf(insights.days);
  const highest = Math.max(0, ...averages.map((each) => each ?? 0));
  return (
    <Part name={t('studio.weekdays.name')} finding={useFinding(insights)} className="narrow-part">
      <table className="figures bars">
        <thead className="sr-only">
          <tr>
            <th scope="col">{t('studio.weekdays.day')}</th>
            <td />
            <th scope="col">{t('studio.weekdays.hours')}</th>
          </tr>
        </thead>
        <tbody>
          {averages.map((each, at) => (
            <tr key={at}>
              <th scope="row">{weekday(at)}</th>
              <td className="share-cell">
                <Bar share={each && highest > 0 ? each / highest : 0} />
              </td>
              <td className="n strong">
                {each === null ? '—' : t('studio.days.inHours', { shown: hours(each) })}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Part>
  );
}

function useFinding(insights: Insights): string {
  const t = useT();
  const found = weekdayFinding(insights.days);
  if (found.kind !== 'leads') return t(`studio.weekdays.${found.kind}`);
  const [most, least] = [weekday(found.most), weekday(found.least)];
  if (found.times === null) return t('studio.weekdays.alone', { most, least });
  return t('studio.weekdays.leads', {
    most,
    least,
    times: number(found.times, { maximumFractionDigits: 1 }),
  });
}
