import { useId } from 'react';

import { Field, Select, TextArea } from '@/components/Field';
import { genreName } from '@/lib/genres';
import { useT } from '@/lib/i18n';

import { EARLIEST_YEAR, LATEST_YEAR, MARKS, type Draft, type Field as Name } from './drafts';
import { useGenres } from './queries';

export type Words = Partial<Record<Name, string>>;

/** The fields of a title's facts, each with what is wrong with it. */
export function TitleFields({
  draft,
  wrong,
  withLength = true,
  onChange,
}: {
  draft: Draft;
  wrong: Words;
  withLength?: boolean;
  onChange: (some: Partial<Draft>) => void;
}) {
  const t = useT();
  return (
    <>
      <Field
        label={t('studio.edit.name')}
        value={draft.name}
        wrong={wrong.name}
        required
        autoComplete="off"
        onChange={(event) => {
          onChange({ name: event.target.value });
        }}
      />
      <div className="pair">
        <Field
          label={t('studio.edit.year')}
          value={draft.year}
          wrong={wrong.year}
          inputMode="numeric"
          autoComplete="off"
          onChange={(event) => {
            onChange({ year: event.target.value });
          }}
        />
        {withLength && (
          <Field
            label={t('studio.edit.minutes')}
            value={draft.minutes}
            wrong={wrong.minutes}
            inputMode="numeric"
            autoComplete="off"
            onChange={(event) => {
              onChange({ minutes: event.target.value });
            }}
          />
        )}
        <Select
          label={t('studio.edit.mark')}
          value={draft.certification}
          wrong={wrong.certification}
          onChange={(event) => {
            onChange({ certification: event.target.value });
          }}
        >
          <option value="">{t('studio.edit.noMark')}</option>
          {MARKS.map((each) => (
            <option key={each} value={each}>
              {each}
            </option>
          ))}
        </Select>
      </div>
      <TextArea
        label={t('studio.edit.directors')}
        hint={t('studio.edit.directorsHint')}
        value={draft.directors}
        wrong={wrong.directors}
        rows={2}
        onChange={(event) => {
          onChange({ directors: event.target.value });
        }}
      />
      <GenreChoice
        chosen={draft.genres}
        wrong={wrong.genres}
        onChange={(genres) => {
          onChange({ genres });
        }}
      />
      <TextArea
        label={t('studio.edit.synopsis')}
        value={draft.synopsis}
        wrong={wrong.synopsis}
        rows={4}
        onChange={(event) => {
          onChange({ synopsis: event.target.value });
        }}
      />
    </>
  );
}

function GenreChoice({
  chosen,
  wrong,
  onChange,
}: {
  chosen: readonly string[];
  wrong: string | undefined;
  onChange: (genres: string[]) => void;
}) {
  const t = useT();
  const id = useId();
  const { data: known = [] } = useGenres();
  const all = [...new Set([...known, ...chosen])].sort((a, b) => genreName(a).localeCompare(genreName(b)));
  return (
    <fieldset className="genres" aria-describedby={wrong ? id : undefined}>
      <legend>{t('studio.edit.genres')}</legend>
      <div>
        {all.map((each) => {
          const isChosen = chosen.includes(each);
          return (
            <button
              key={each}
              type="button"
              aria-pressed={isChosen}
              onClick={() => {
                onChange(isChosen ? chosen.filter((other) => other !== each) : [...chosen, each]);
              }}
            >
              {genreName(each)}
            </button>
          );
        })}
      </div>
      {wrong && (
        <p id={id} className="wrong-words">
          {wrong}
        </p>
      )}
    </fieldset>
  );
}

/** What is wrong with a draft, in words. */
export function useTroubleWords(): (troubles: Partial<Record<Name, string>>) => Words {
  const t = useT();
  const words: Record<string, string> = {
    name: t('studio.wrong.name'),
    nameLong: t('studio.wrong.nameLong'),
    year: t('studio.wrong.year', { first: String(EARLIEST_YEAR), last: String(LATEST_YEAR) }),
    minutes: t('studio.wrong.minutes'),
    synopsis: t('studio.wrong.synopsis'),
    directors: t('studio.wrong.directors'),
    parent: t('studio.wrong.parent'),
    number: t('studio.wrong.number'),
  };
  return (troubles) =>
    Object.fromEntries(
      Object.entries(troubles).map(([field, trouble]) => [field, words[trouble] ?? trouble]),
    );
}
