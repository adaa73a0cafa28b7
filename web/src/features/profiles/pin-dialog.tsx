import { useState, type FormEvent } from 'react';

import { Button } from '@/components/Button';
import { Dialog } from '@/components/Dialog';
import { Field } from '@/components/Field';
import { Refusal } from '@/lib/api';
import { useT } from '@/lib/i18n';
import type { Profile } from '@/lib/session';

interface PinDialogProps {
  profile: Profile;
  onEnter: (pin: string) => Promise<void>;
  onClose: () => void;
}

/** Asks for the four digits of a profile. */
export function PinDialog({ profile, onEnter, onClose }: PinDialogProps) {
  const t = useT();
  const [wrong, setWrong] = useState<string | null>(null);

  async function onSubmit(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    const form = event.currentTarget;
    const pin = String(new FormData(form).get('pin'));
    if (!/^\d{4}$/.test(pin)) {
      setWrong(t('profiles.pin.digits'));
      return;
    }
    try {
      await onEnter(pin);
    } catch (error) {
      const isOften = error instanceof Refusal && error.status === 429;
      setWrong(isOften ? t('profiles.pin.often') : t('profiles.pin.wrong'));
      form.querySelector('input')?.select();
    }
  }

  return (
    <Dialog title={t('profiles.pin.title', { name: profile.name })} onClose={onClose}>
      <form className="grid gap-5" onSubmit={(event) => void onSubmit(event)} noValidate>
        <Field
          label={t('profiles.pin.label')}
          name="pin"
          type="password"
          inputMode="numeric"
          autoComplete="off"
          maxLength={4}
          autoFocus
          wrong={wrong}
        />
        <Button look="primary" type="submit">
          {t('profiles.pin.do')}
        </Button>
      </form>
    </Dialog>
  );
}
