import { useT } from '@/lib/i18n';
import { number, percent } from '@/lib/format';

import { rowFinding, type Insights } from './findings';
import { Bar, Part } from './part';

const KINDS = [
  'continue_watching',
  'top_picks',
  'because_you_watched',
  'my_list',
  'trending',
  'genre',
  'new_here',
  'hidden_gems',
  'short_tonight',
  'more_by_director',
  'more_with_person',
  'watch_again',
  'playable',
] as const;

/** Which rows of the home page are seen, and which of those are played from. */
export function RowsPart({ insights }: { insights: Insights }) {
  const t = useT();
  const nameOf = useRowName();
  const rows = [...insights.rows].sort((a, b) => (b.rate ?? 0) - (a.rate ?? 0));
  const highest = Math.max(0, ...rows.map((each) => each.rate ?? 0));
  const found = rowFinding(insights.rows);
  const finding =
    found.kind === 'leads'
      ? t('studio.rows.leads', { row: nameOf(found.row), rate: percent(found.rate) })
      : t(`studio.rows.${found.kind}`);
  return (
    <Part name={t('studio.rows.name')} finding={finding} className="half-part">
      {rows.length > 0 && (
        <table className="figures bars">
          <thead>
            <tr>
              <th scope="col">{t('studio.rows.row')}</th>
              <th scope="col" colSpan={2}>
                {t('studio.rows.rate')}
              </th>
              <th scope="col" className="n">
                {t('studio.rows.plays')}
              </th>
              <th scope="col" className="n hours">
                {t('studio.rows.shown')}
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((each) => (
              <tr key={each.kind}>
                <th scope="row">{nameOf(each.kind)}</th>
                <td className="share-cell">
                  <Bar share={each.rate !== null && highest > 0 ? each.rate / highest : 0} />
                </td>
                <td className="n strong">
                  {each.rate === null ? '—' : percent(each.rate, each.rate < 0.1 ? 1 : 0)}
                </td>
                <td className="n">{number(each.plays)}</td>
                <td className="n hours">{number(each.shown)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <p className="small">{t('studio.rows.note')}</p>
    </Part>
  );
}

/** The name of a kind of row; one that nobody named is called as it calls itself. */
export function useRowName(): (kind: string) => string {
  const t = useT();
  return (kind) => {
    const known = KINDS.find((each) => each === kind);
    return known ? t(`studio.row.${known}`) : kind.replaceAll('_', ' ');
  };
}
