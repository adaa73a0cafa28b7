import { useRef, useState, type FormEvent } from 'react';

import { AVATARS, Avatar } from '@/components/Avatar';
import { Button } from '@/components/Button';
import { Check, Field, Select } from '@/components/Field';
import { api, Refusal, type Schemas } from '@/lib/api';
import { useT, type Translate } from '@/lib/i18n';
import { followProfile } from '@/lib/language';
import { queryClient } from '@/lib/query';
import { meQuery, useSession, type Profile } from '@/lib/session';
import { notify } from '@/lib/toast';

import { DeletePart } from './delete-part';
import { PinPart } from './pin-part';
import { WatchingPart } from './watching-part';

const AGES = [0, 6, 10, 12, 13, 16, 17, 18];

/** A profile's name, face, limit and tastes; without one, a profile to add. */
export function ProfileForm({
  profile,
  onSaved,
}: {
  profile: Profile | null;
  onSaved: (id: string | null) => void;
}) {
  const t = useT();
  const { me } = useSession();
  const form = useRef<HTMLFormElement>(null);
  const [wrong, setWrong] = useState<string | null>(null);

  async function onSubmit(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    const asked = readForm(new FormData(event.currentTarget));
    if (!asked.name || asked.name.length > 40) {
      setWrong(t('profiles.wrong.name'));
      event.currentTarget.querySelector<HTMLInputElement>('[name=name]')?.focus();
      return;
    }
    setWrong(null);
    try {
      const saved = await save(profile, asked);
      await queryClient.refetchQueries({ queryKey: meQuery.queryKey });
      void queryClient.invalidateQueries({ queryKey: ['home', saved.profile_id] });
      if (saved.profile_id === me?.profile_id) await followProfile(saved);
      notify(t('profiles.saved', { name: saved.name }));
      onSaved(saved.profile_id);
    } catch (error) {
      notify(refusalWords(error, t));
    }
  }

  return (
    <div className="manage-form">
      <form ref={form} onSubmit={(event) => void onSubmit(event)} noValidate>
        <Field
          label={t('profiles.field.name')}
          name="name"
          defaultValue={profile?.name ?? ''}
          maxLength={40}
          autoComplete="off"
          wrong={wrong}
        />
        <AvatarPart chosen={profile?.avatar ?? 'comet'} />
        <LimitPart profile={profile} />
        <WatchingPart preferences={profile?.preferences} />
        <div className="actions">
          <Button look="primary" type="submit">
            {profile ? t('profiles.save') : t('profiles.manager.add')}
          </Button>
        </div>
      </form>
      {profile && <PinPart profile={profile} />}
      {profile && (me?.profiles.length ?? 0) > 1 && (
        <DeletePart profile={profile} onDeleted={() => onSaved(null)} />
      )}
    </div>
  );
}

/** The language of a profile, and what it may see. */
function LimitPart({ profile }: { profile: Profile | null }) {
  const t = useT();
  return (
    <>
      <div className="pair">
        <Select label={t('profiles.field.language')} name="language" defaultValue={profile?.language ?? ''}>
          <option value="">{t('profiles.language.browser')}</option>
          <option value="fr" lang="fr">
            Français
          </option>
          <option value="en" lang="en">
            English
          </option>
        </Select>
        <Select label={t('profiles.field.limit')} name="max_age" defaultValue={profile?.max_age ?? ''}>
          <option value="">{t('profiles.limit.none')}</option>
          {AGES.map((age) => (
            <option key={age} value={age}>
              {t('profiles.limit.age', { age })}
            </option>
          ))}
        </Select>
      </div>
      <Check
        label={t('profiles.field.kids')}
        hint={t('profiles.field.kidsHint')}
        name="is_kids"
        defaultChecked={profile?.is_kids ?? false}
        onChange={(event) => limitChild(event.currentTarget.form, event.currentTarget.checked)}
      />
    </>
  );
}

/** A child's profile has a limit: ten, unless another was chosen. */
function limitChild(form: HTMLFormElement | null, isKids: boolean): void {
  const select = form?.elements.namedItem('max_age');
  if (isKids && select instanceof HTMLSelectElement && select.value === '') select.value = '10';
}

function AvatarPart({ chosen }: { chosen: Profile['avatar'] }) {
  const t = useT();
  return (
    <fieldset>
      <legend>{t('profiles.field.avatar')}</legend>
      <div className="avatars">
        {AVATARS.map((name) => (
          <label key={name}>
            <input
              type="radio"
              name="avatar"
              value={name}
              defaultChecked={name === chosen}
              aria-label={t(`profiles.avatar.${name}`)}
            />
            <Avatar name={name} />
          </label>
        ))}
      </div>
    </fieldset>
  );
}

type Asked = Pick<Profile, 'name' | 'avatar' | 'language' | 'is_kids' | 'max_age' | 'preferences'>;

function readForm(form: FormData): Asked {
  const text = (name: string) => String(form.get(name) ?? '');
  const age = text('max_age');
  const cap = text('quality_cap');
  return {
    name: text('name').trim(),
    avatar: text('avatar') as Asked['avatar'],
    language: (text('language') || null) as Asked['language'],
    is_kids: form.has('is_kids'),
    max_age: age === '' ? null : Number(age),
    preferences: {
      autoplay: form.has('autoplay'),
      shortcuts: form.has('shortcuts'),
      quality_cap: cap === '' ? null : Number(cap),
      audio_language: text('audio_language') || null,
      caption_language: text('caption_language') || null,
      caption_size: text('caption_size') as Schemas['Preferences']['caption_size'],
      caption_ground: text('caption_ground') as Schemas['Preferences']['caption_ground'],
      caption_ink: text('caption_ink') as Schemas['Preferences']['caption_ink'],
    },
  };
}

async function save(profile: Profile | null, asked: Asked): Promise<Profile> {
  if (!profile) return api.post('/profiles', { body: asked });
  return api.patch('/profiles/{profile_id}', { path: { profile_id: profile.profile_id }, body: asked });
}

/** What to say when a change of a profile was refused. */
export function refusalWords(error: unknown, t: Translate): string {
  if (!(error instanceof Refusal)) return t('profiles.wrong.other');
  if (error.isOffline) return t('profiles.offline');
  if (error.status === 403) return t('profiles.wrong.forbidden');
  return error.status === 409 ? t('profiles.wrong.conflict') : t('profiles.wrong.other');
}
