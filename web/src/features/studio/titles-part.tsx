import { Link } from '@tanstack/react-router';
import { useState } from 'react';

import { useT } from '@/lib/i18n';
import { number, percent } from '@/lib/format';

import { hours, share } from './figures';
import { titleFinding, TITLES_SHOWN, type Insights } from './findings';
import { Bar, Part } from './part';
import { Thumb } from './thumb';

/** What was played most, and how much of it to the end. */
export function TitlesPart({ insights }: { insights: Insights }) {
  const t = useT();
  const [isAll, setAll] = useState(false);
  const titles = isAll ? insights.titles : insights.titles.slice(0, TITLES_SHOWN);
  return (
    <Part name={t('studio.top.name')} finding={useFinding(insights)} className="half-part">
      {titles.length > 0 && (
        <table className="figures bars titles-bars">
          <thead>
            <tr>
              <th scope="col" colSpan={2}>
                {t('studio.top.title')}
              </th>
              <th scope="col" colSpan={2}>
                {t('studio.top.finished')}
              </th>
              <th scope="col" className="n">
                {t('studio.top.plays')}
              </th>
              <th scope="col" className="n hours">
                {t('studio.top.hours')}
              </th>
            </tr>
          </thead>
          <tbody>
            {titles.map((each) => (
              <tr key={each.title_id}>
                <td className="mini">
                  <Thumb titleId={each.title_id} />
                </td>
                <th scope="row">
                  <Link to="/studio/titles" search={{ q: each.title_id } as never}>
                    {each.name}
                  </Link>
                  {each.year && <span className="year"> {each.year}</span>}
                </th>
                <td className="share-cell">
                  <Bar share={each.completion ?? 0} tone={(each.completion ?? 0) < 0.4 ? 3 : 1} />
                </td>
                <td className="n strong">{share(each.completion)}</td>
                <td className="n">{number(each.plays)}</td>
                <td className="n hours">{hours(each.hours)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {insights.titles.length > TITLES_SHOWN && (
        <button
          type="button"
          className="link"
          aria-expanded={isAll}
          onClick={() => {
            setAll(!isAll);
          }}
        >
          {isAll ? t('studio.top.fewer') : t('studio.top.all', { count: insights.titles.length })}
        </button>
      )}
    </Part>
  );
}

function useFinding(insights: Insights): string {
  const t = useT();
  const found = titleFinding(insights);
  if (found.kind === 'leads') {
    return t('studio.top.leads', { name: found.name, share: percent(found.share) });
  }
  if (found.kind === 'apart') return t('studio.top.apart', { best: found.best, worst: found.worst });
  if (found.kind === 'only') return t('studio.top.only', { name: found.name });
  return t('studio.top.nothing');
}
