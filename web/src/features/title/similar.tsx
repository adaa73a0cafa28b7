import { useQuery } from '@tanstack/react-query';

import { Row } from '@/components/Row';
import { RailOutline } from '@/components/States';
import { TitleCard } from '@/components/TitleCard';
import { TitleMenu } from '@/components/TitleMenu';
import type { Schemas } from '@/lib/api';
import { list } from '@/lib/format';
import { genreName } from '@/lib/genres';
import { useLanguage, useT, type Translate } from '@/lib/i18n';

import { kinship, saysMore } from './kinship';
import { similarQuery } from './queries';

/** The titles most like this one, each with what it shares with it. */
export function Similar({ title }: { title: Schemas['Title'] }) {
  const t = useT();
  const language = useLanguage();
  const { data, isError } = useQuery(similarQuery(title.title_id, language));
  if (isError || data?.items.length === 0) return null;
  if (!data)
    return (
      <div className="similar-outline">
        <RailOutline />
      </div>
    );
  return (
    <Row
      id="similar"
      source="kin"
      kicker={t('title.similar.kicker')}
      title={t('title.similar.title')}
      sentence={t('title.similar.sentence', { name: title.name })}
      items={data.items.map((item) => (
        <TitleCard
          key={item.title_id}
          face={item}
          sentence={reasonOf(title, item, t)}
          cites={item.evidence.title_id ? item.evidence.name : null}
          more={<TitleMenu face={item} />}
        />
      ))}
    />
  );
}

/** Why a title stands beside another: a fact that both share, or what the server says. */
function reasonOf(
  title: Schemas['Title'],
  item: Schemas['RecommendedItem'],
  t: Translate,
): string | undefined {
  if (saysMore(item.evidence, title.title_id)) return item.evidence.text;
  const shared = kinship(title, item);
  if (shared?.kind === 'director') return t('title.kin.director', { name: shared.name });
  if (shared?.kind === 'year') return t('title.kin.year', { year: String(shared.year) });
  if (shared?.kind === 'genres') {
    const genres = capital(list(shared.genres.map((each) => genreName(each).toLowerCase())));
    return shared.apart === null
      ? t('title.kin.genres', { genres })
      : t('title.kin.genresApart', { genres, years: shared.apart });
  }
  return undefined;
}

function capital(text: string): string {
  return text.charAt(0).toLocaleUpperCase() + text.slice(1);
}
