import { useState, type FormEvent } from 'react';

import { Button } from '@/components/Button';
import { Dialog } from '@/components/Dialog';
import { Field } from '@/components/Field';
import { api, Refusal } from '@/lib/api';
import { useT } from '@/lib/i18n';
import { queryClient } from '@/lib/query';
import { meQuery, type Profile } from '@/lib/session';
import { notify } from '@/lib/toast';

/** The four digits that a profile may ask for before it is used. */
export function PinPart({ profile }: { profile: Profile }) {
  const t = useT();
  const [asks, setAsks] = useState<'set' | 'remove' | null>(null);
  return (
    <section className="mt-8 grid gap-3 border-t border-rule pt-4">
      <h2 className="text-[1.125rem] font-semibold">{t('profiles.pin.label')}</h2>
      <p className="small">{profile.has_pin ? t('profiles.pin.has') : t('profiles.pin.hasNot')}</p>
      <div className="actions">
        <Button compact onClick={() => setAsks('set')}>
          {profile.has_pin ? t('profiles.pin.change') : t('profiles.pin.set')}
        </Button>
        {profile.has_pin && (
          <Button compact onClick={() => setAsks('remove')}>
            {t('profiles.pin.remove')}
          </Button>
        )}
      </div>
      {asks && <PinForm profile={profile} isRemoval={asks === 'remove'} onClose={() => setAsks(null)} />}
    </section>
  );
}

async function send(profile: Profile, pin: string | null, password: string): Promise<void> {
  const path = { profile_id: profile.profile_id };
  await api.put('/profiles/{profile_id}/pin', { path, body: { pin, password } as never });
  await queryClient.refetchQueries({ queryKey: meQuery.queryKey });
}

function PinForm({
  profile,
  isRemoval,
  onClose,
}: {
  profile: Profile;
  isRemoval: boolean;
  onClose: () => void;
}) {
  const t = useT();
  const [wrongs, setWrongs] = useState<{ pin?: string; password?: string }>({});

  async function onSubmit(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const pin = isRemoval ? null : String(form.get('pin'));
    if (pin !== null && !/^\d{4}$/.test(pin)) {
      setWrongs({ pin: t('profiles.pin.digits') });
      return;
    }
    try {
      await send(profile, pin, String(form.get('password')));
      notify(
        isRemoval
          ? t('profiles.pin.removed', { name: profile.name })
          : t('profiles.pin.isSet', { name: profile.name }),
      );
      onClose();
    } catch (error) {
      const isPassword = error instanceof Refusal && (error.status === 401 || error.status === 403);
      setWrongs({ password: isPassword ? t('profiles.wrong.password') : t('profiles.wrong.other') });
    }
  }

  return (
    <Dialog title={isRemoval ? t('profiles.pin.remove') : t('profiles.pin.set')} onClose={onClose}>
      <form className="grid gap-5" onSubmit={(event) => void onSubmit(event)} noValidate>
        {!isRemoval && (
          <Field
            label={t('profiles.pin.new')}
            name="pin"
            type="password"
            inputMode="numeric"
            maxLength={4}
            autoComplete="off"
            wrong={wrongs.pin}
          />
        )}
        <Field
          label={t('profiles.pin.password')}
          name="password"
          type="password"
          autoComplete="current-password"
          wrong={wrongs.password}
        />
        <Button look="primary" type="submit">
          {isRemoval ? t('profiles.pin.remove') : t('profiles.pin.set')}
        </Button>
      </form>
    </Dialog>
  );
}
