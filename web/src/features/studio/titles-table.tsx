import { Link } from '@tanstack/react-router';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { useSyncExternalStore, type MouseEvent } from 'react';

import { Icon } from '@/components/Icon';
import { genreName } from '@/lib/genres';
import { useT } from '@/lib/i18n';
import { duration, list, number } from '@/lib/format';

import { instant } from './figures';
import { MediaPill } from './media-state';
import type { StudioTitle, TitleFilter } from './queries';
import { Thumb } from './thumb';

type Sort = NonNullable<TitleFilter['sort']>;
const NARROW = '(max-width: 760px)';

function subscribe(listener: () => void): () => void {
  const query = matchMedia(NARROW);
  query.addEventListener('change', listener);
  return () => {
    query.removeEventListener('change', listener);
  };
}

/** Whether the page is too narrow for tables, which are lists then. */
export function useIsNarrow(): boolean {
  return useSyncExternalStore(subscribe, () => matchMedia(NARROW).matches);
}

interface Props {
  titles: readonly StudioTitle[];
  sort: Sort;
  isCompact: boolean;
  isOld: boolean;
  onSort: (sort: Sort) => void;
  onOpen: (title: StudioTitle) => void;
}

/** Titles and their facts: a table, or a list where there is no room for one. */
export function TitlesTable(props: Props) {
  const isNarrow = useIsNarrow();
  return isNarrow ? <TitlesList {...props} /> : <Table {...props} />;
}

function Table({ titles, sort, isCompact, isOld, onSort, onOpen }: Props) {
  const t = useT();
  const sorted = { sort, onSort };
  return (
    <table className={`ledger ${isCompact ? 'is-compact' : ''}`} aria-busy={isOld || undefined}>
      <caption className="sr-only">{t('studio.titles.title')}</caption>
      <thead>
        <tr>
          <SortHead by="name" span={isCompact ? 1 : 2} {...sorted} />
          <SortHead by="year" className="n" {...sorted} />
          <th scope="col">{t('studio.titles.kind')}</th>
          <th scope="col" className="roomy">
            {t('studio.titles.genres')}
          </th>
          <th scope="col" className="roomiest">
            {t('studio.titles.directors')}
          </th>
          <th scope="col" className="roomy">
            {t('studio.titles.mark')}
          </th>
          <th scope="col" className="roomiest n">
            {t('studio.titles.length')}
          </th>
          <SortHead by="plays" className="n" {...sorted} />
          <th scope="col">{t('studio.titles.film')}</th>
          <SortHead by="updated" className="n roomy" {...sorted} />
        </tr>
      </thead>
      <tbody>
        {titles.map((title) => (
          <TitleRow key={title.title_id} title={title} isCompact={isCompact} onOpen={onOpen} />
        ))}
      </tbody>
    </table>
  );
}

function SortHead({
  by,
  sort,
  span,
  className = '',
  onSort,
}: {
  by: Sort;
  sort: Sort;
  span?: number;
  className?: string;
  onSort: (sort: Sort) => void;
}) {
  const t = useT();
  const isSorted = sort === by;
  const direction = by === 'name' ? 'ascending' : 'descending';
  return (
    <th scope="col" colSpan={span} className={className} aria-sort={isSorted ? direction : undefined}>
      <button
        type="button"
        onClick={() => {
          onSort(by);
        }}
      >
        {t(`studio.sort.${by}`)}
        <span className={isSorted ? '' : 'unsorted'}>
          <Icon of={by === 'name' ? ArrowUp : ArrowDown} size={14} />
        </span>
      </button>
    </th>
  );
}

function TitleRow({
  title,
  isCompact,
  onOpen,
}: {
  title: StudioTitle;
  isCompact: boolean;
  onOpen: (title: StudioTitle) => void;
}) {
  const t = useT();
  const onClick = (event: MouseEvent<HTMLElement>) => {
    if (!(event.target as HTMLElement).closest('a, button')) onOpen(title);
  };
  return (
    <tr onClick={onClick} className={title.is_withdrawn ? 'is-withdrawn' : ''}>
      {!isCompact && (
        <td className="mini">
          <Thumb titleId={title.title_id} poster={title.poster} />
        </td>
      )}
      <th scope="row">
        <OpenButton title={title} onOpen={onOpen} />
      </th>
      <td className="n">{title.year ?? '—'}</td>
      <td>{kindOf(t, title)}</td>
      <td className="roomy cut">{title.genres.map(genreName).join(', ') || '—'}</td>
      <td className="roomiest cut">{title.directors.join(', ') || '—'}</td>
      <td className="roomy">{title.certification ?? '—'}</td>
      <td className="roomiest n">{title.length_s === null ? '—' : duration(title.length_s)}</td>
      <td className="n">{number(title.plays)}</td>
      <td>
        <FilmCell title={title} />
      </td>
      <td className="n roomy muted">{instant(title.updated_at)}</td>
    </tr>
  );
}

function kindOf(t: ReturnType<typeof useT>, title: StudioTitle): string {
  const kind = t(`studio.kind.${title.kind}`);
  return title.number === null ? kind : `${kind}\u00a0${title.number}`;
}

function OpenButton({ title, onOpen }: { title: StudioTitle; onOpen: (title: StudioTitle) => void }) {
  const t = useT();
  return (
    <>
      <button
        type="button"
        className="open-title"
        aria-haspopup="dialog"
        onClick={() => {
          onOpen(title);
        }}
      >
        {title.name}
      </button>
      {title.is_withdrawn && <span className="tag">{t('studio.titles.withdrawn')}</span>}
    </>
  );
}

/** How the film stands, and the way to add it where there is none. */
function FilmCell({ title }: { title: StudioTitle }) {
  const t = useT();
  if (title.kind !== 'film' && title.kind !== 'episode') return <span className="muted">—</span>;
  if (title.media !== 'none') return <MediaPill state={title.media} />;
  return (
    <Link
      to="/studio/media"
      search={{ title: title.title_id } as never}
      className="add-film"
      aria-label={t('studio.titles.addFilmOf', { name: title.name })}
    >
      {t('studio.titles.addFilm')}
    </Link>
  );
}

function TitlesList({ titles, isOld, onOpen }: Props) {
  const t = useT();
  return (
    <ul className="ledger-list" aria-busy={isOld || undefined}>
      {titles.map((title) => (
        <li key={title.title_id} className={title.is_withdrawn ? 'is-withdrawn' : ''}>
          <Thumb titleId={title.title_id} poster={title.poster} />
          <div>
            <OpenButton title={title} onOpen={onOpen} />
            <p>
              {[kindOf(t, title), title.year, title.directors.length > 0 ? list(title.directors) : null]
                .filter(Boolean)
                .join(' · ')}
            </p>
            <p>
              <span>{t('studio.titles.plays', { count: title.plays })}</span>
              <FilmCell title={title} />
            </p>
          </div>
        </li>
      ))}
    </ul>
  );
}
