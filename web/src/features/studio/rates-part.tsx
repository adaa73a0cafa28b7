import { useT } from '@/lib/i18n';
import { number, percent } from '@/lib/format';
import type { Schemas } from '@/lib/api';

import { Bar, Part } from './part';

type Rate = Schemas['RateCount'];

/** How often things of one kind were shown, and the share of them that was played from. */
export function RatesPart({
  name,
  finding,
  of,
  rates,
  nameOf,
}: {
  name: string;
  finding?: string;
  /** What a line of the table is: a row, a place, a scorer. */
  of: string;
  rates: readonly Rate[];
  nameOf: (name: string) => string;
}) {
  const t = useT();
  const highest = Math.max(0, ...rates.map((each) => each.ctr ?? 0));
  return (
    <Part name={name} finding={finding} className="half-part">
      {rates.length === 0 ? (
        <p className="nothing">{t('studio.rows.nothing')}</p>
      ) : (
        <table className="figures bars rates-bars">
          <thead>
            <tr>
              <th scope="col">{of}</th>
              <th scope="col" colSpan={2}>
                {t('studio.rows.rate')}
              </th>
              <th scope="col" className="n">
                {t('studio.kpi.completion')}
              </th>
              <th scope="col" className="n hours">
                {t('studio.rows.shown')}
              </th>
            </tr>
          </thead>
          <tbody>
            {rates.map((each) => (
              <tr key={each.name}>
                <th scope="row">{nameOf(each.name)}</th>
                <td className="share-cell">
                  <Bar share={each.ctr !== null && highest > 0 ? each.ctr / highest : 0} />
                </td>
                <td className="n strong">{rate(each.ctr)}</td>
                <td className="n">{each.completion === null ? '—' : percent(each.completion)}</td>
                <td className="n hours">{number(each.shown)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Part>
  );
}

/** A rate: a digit more where it is small; a dash where there is none. */
export function rate(value: number | null): string {
  return value === null ? '—' : percent(value, value < 0.1 ? 1 : 0);
}
