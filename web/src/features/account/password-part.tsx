import { useState, type FormEvent } from 'react';

import { Actions, Button } from '@/components/Button';
import { Field } from '@/components/Field';
import { api } from '@/lib/api';
import { useT } from '@/lib/i18n';
import { queryClient } from '@/lib/query';
import { notify } from '@/lib/toast';

import { wrongOf, type Wrong } from './words';

/** Another password; every other device is signed out by it. */
export function PasswordPart({ email }: { email: string }) {
  const t = useT();
  const [current, setCurrent] = useState('');
  const [fresh, setFresh] = useState('');
  const [wrong, setWrong] = useState<Wrong | null>(null);
  const at = (where: Wrong['where']) => (wrong?.where === where ? t(wrong.words) : null);
  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    setWrong(null);
    try {
      await api.put('/me/password', { body: { current_password: current, new_password: fresh } });
    } catch (error) {
      return setWrong(wrongOf(error));
    }
    setCurrent('');
    setFresh('');
    void queryClient.invalidateQueries({ queryKey: ['devices'] });
    notify(t('account.password.done'));
  }
  return (
    <form className="account-form" onSubmit={(event) => void submit(event)}>
      <input type="text" name="username" autoComplete="username" value={email} readOnly hidden />
      <Field
        label={t('account.password.current')}
        type="password"
        autoComplete="current-password"
        required
        value={current}
        wrong={at('current')}
        onChange={(event) => setCurrent(event.target.value)}
      />
      <Field
        label={t('account.password.new')}
        hint={t('account.password.hint')}
        type="password"
        autoComplete="new-password"
        required
        value={fresh}
        wrong={at('new')}
        onChange={(event) => setFresh(event.target.value)}
      />
      {at('all') && (
        <p role="alert" className="text-alert">
          {at('all')}
        </p>
      )}
      <Actions>
        <Button type="submit" compact>
          {t('account.password.change')}
        </Button>
      </Actions>
    </form>
  );
}
