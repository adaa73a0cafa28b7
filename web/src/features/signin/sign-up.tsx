import './signin.css';

import { Link, useNavigate } from '@tanstack/react-router';
import { useState, type FormEvent } from 'react';

import { Button } from '@/components/Button';
import { Field } from '@/components/Field';
import { api } from '@/lib/api';
import { language, useT } from '@/lib/i18n';
import { useDocumentTitle } from '@/lib/page';
import { queryClient } from '@/lib/query';
import { meQuery } from '@/lib/session';

import { enter, wordsFor } from './enter';
import { Frame, Trouble } from './frame';

const SHORTEST_PASSWORD = 10;
type Wrongs = Partial<Record<'name' | 'email' | 'password', string>>;

/** The way in for who has no account yet; what follows is picking films one likes. */
export function SignUpPage() {
  const t = useT();
  useDocumentTitle(t('signin.signUp.title'));
  const navigate = useNavigate();
  const [wrong, setWrong] = useState<string | null>(null);
  const [wrongs, setWrongs] = useState<Wrongs>({});
  const [isBusy, setBusy] = useState(false);

  async function onSubmit(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    if (isBusy) return;
    const form = new FormData(event.currentTarget);
    const asked = {
      name: textOf(form, 'name'),
      email: textOf(form, 'email'),
      password: String(form.get('password')),
    };
    const found: Wrongs = {};
    if (!asked.name || asked.name.length > 40) found.name = t('signin.wrong.name');
    if (!/^\S+@\S+\.\S+$/.test(asked.email)) found.email = t('signin.wrong.email');
    if (asked.password.length < SHORTEST_PASSWORD)
      found.password = t('signin.wrong.password', { count: SHORTEST_PASSWORD });
    setWrongs(found);
    setWrong(null);
    const [first] = Object.keys(found);
    if (first) {
      event.currentTarget.querySelector<HTMLInputElement>(`[name=${first}]`)?.focus();
      return;
    }
    setBusy(true);
    try {
      await openAccount(asked);
      await navigate({ to: '/welcome' });
    } catch (error) {
      setWrong(wordsFor(error, t, 'signin.wrong.taken'));
      setBusy(false);
    }
  }

  return (
    <Frame
      title={t('signin.signUp.title')}
      sentence={t('signin.signUp.sentence')}
      aside={
        <>
          {t('signin.signUp.known')} <Link to="/sign-in">{t('signin.do')}</Link>
        </>
      }
    >
      <form onSubmit={(event) => void onSubmit(event)} noValidate>
        <Trouble words={wrong} />
        <Field
          label={t('signin.signUp.name')}
          name="name"
          autoComplete="nickname"
          required
          maxLength={40}
          wrong={wrongs.name}
        />
        <Field
          label={t('signin.email')}
          name="email"
          type="email"
          autoComplete="username"
          required
          wrong={wrongs.email}
        />
        <Field
          label={t('signin.password')}
          name="password"
          type="password"
          autoComplete="new-password"
          required
          hint={t('signin.signUp.passwordHint', { count: SHORTEST_PASSWORD })}
          wrong={wrongs.password}
        />
        <Button look="primary" type="submit" aria-disabled={isBusy}>
          {t('signin.signUp.do')}
        </Button>
      </form>
    </Frame>
  );
}

function textOf(form: FormData, name: string): string {
  return String(form.get(name) ?? '').trim();
}

/** Open the account, sign in, and let its first profile watch. */
async function openAccount(asked: { name: string; email: string; password: string }): Promise<void> {
  const { profiles } = await api.post('/accounts', { body: { ...asked, language: language() } });
  await api.post('/sessions', { body: { email: asked.email, password: asked.password } });
  await enter();
  const [first] = profiles;
  if (!first) return;
  const me = await api.put('/sessions/current/profile', {
    body: { profile_id: first.profile_id, pin: null },
  });
  queryClient.setQueryData(meQuery.queryKey, me);
}
