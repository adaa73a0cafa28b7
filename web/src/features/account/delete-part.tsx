import { useNavigate } from '@tanstack/react-router';
import { useState, type FormEvent } from 'react';

import { Actions, Button } from '@/components/Button';
import { Dialog } from '@/components/Dialog';
import { Field } from '@/components/Field';
import { api } from '@/lib/api';
import { useT } from '@/lib/i18n';
import { forgetSession } from '@/lib/session';
import { notify } from '@/lib/toast';

import { wrongOf, type Wrong } from './words';

/** Erases the account, once the password has been given and what goes has been said. */
export function DeletePart() {
  const t = useT();
  const [asks, setAsks] = useState(false);
  return (
    <>
      <Actions>
        <Button compact look="danger" onClick={() => setAsks(true)}>
          {t('account.delete.do')}
        </Button>
      </Actions>
      {asks && (
        <Dialog title={t('account.delete.ask')} onClose={() => setAsks(false)}>
          <DeleteForm onClose={() => setAsks(false)} />
        </Dialog>
      )}
    </>
  );
}

function DeleteForm({ onClose }: { onClose: () => void }) {
  const t = useT();
  const navigate = useNavigate();
  const [password, setPassword] = useState('');
  const [wrong, setWrong] = useState<Wrong | null>(null);
  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    try {
      await api.post('/me/deletion', { body: { password } });
    } catch (error) {
      return setWrong(wrongOf(error));
    }
    forgetSession(null);
    notify(t('account.delete.done'));
    await navigate({ to: '/' });
  }
  return (
    <form className="account-form" onSubmit={(event) => void submit(event)}>
      <p className="voice text-[1.25rem]">{t('account.delete.what')}</p>
      <Field
        label={t('account.delete.password')}
        type="password"
        autoComplete="current-password"
        required
        value={password}
        wrong={wrong && t(wrong.words)}
        onChange={(event) => setPassword(event.target.value)}
      />
      <Actions>
        <Button type="submit" look="danger">
          {t('account.delete.do')}
        </Button>
        <Button onClick={onClose}>{t('account.delete.keep')}</Button>
      </Actions>
    </form>
  );
}
