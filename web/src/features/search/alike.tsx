import { useQuery } from '@tanstack/react-query';

import { GridOutline, TitleGrid } from '@/components/TitleGrid';
import { TitleCard } from '@/components/TitleCard';
import { TitleMenu } from '@/components/TitleMenu';
import type { Schemas } from '@/lib/api';
import { useLanguage, useT } from '@/lib/i18n';
import { similarQuery } from '@/lib/titles';

const SHOWN = 12;

/** What else there is, under a title that was found almost alone: the ones most like it. */
export function Alike({ face }: { face: Schemas['Face'] }) {
  const t = useT();
  const { data, isError } = useQuery(similarQuery(face.title_id, useLanguage()));
  if (isError || data?.items.length === 0) return null;
  return (
    <section aria-labelledby="alike" className="result-block">
      <h2 id="alike">{t('search.alike', { name: face.name })}</h2>
      {data ? (
        <TitleGrid>
          {data.items.slice(0, SHOWN).map((item) => (
            <TitleCard key={item.title_id} face={item} more={<TitleMenu face={item} />} />
          ))}
        </TitleGrid>
      ) : (
        <GridOutline count={SHOWN} />
      )}
    </section>
  );
}
