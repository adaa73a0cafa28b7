import './signin.css';

import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useState, type FormEvent } from 'react';

import { Button } from '@/components/Button';
import { Field } from '@/components/Field';
import { api } from '@/lib/api';
import { useT } from '@/lib/i18n';
import { useDocumentTitle } from '@/lib/page';

import { enter, wordsFor } from './enter';
import { Frame, Trouble } from './frame';

const route = getRouteApi('/door/sign-in');

/** The way in for who has an account. */
export function SignInPage() {
  const t = useT();
  useDocumentTitle(t('signin.title'));
  const { next } = route.useSearch();
  const navigate = useNavigate();
  const [wrong, setWrong] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);

  async function onSubmit(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    if (isBusy) return;
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setWrong(null);
    try {
      await api.post('/sessions', {
        body: { email: String(form.get('email')).trim(), password: String(form.get('password')) },
      });
      await enter();
      await navigate({ to: '/profiles', search: next ? { next } : {} });
    } catch (error) {
      setWrong(wordsFor(error, t, 'signin.wrong.refused'));
      setBusy(false);
    }
  }

  return (
    <Frame
      title={t('signin.title')}
      sentence={t('signin.sentence')}
      aside={
        <>
          {t('signin.new')} <Link to="/sign-up">{t('signin.open')}</Link>
        </>
      }
    >
      <form onSubmit={(event) => void onSubmit(event)} noValidate>
        <Trouble words={wrong} />
        <Field
          label={t('signin.email')}
          name="email"
          type="email"
          autoComplete="username"
          required
          inputMode="email"
          aria-invalid={wrong ? true : undefined}
        />
        <Field
          label={t('signin.password')}
          name="password"
          type="password"
          autoComplete="current-password"
          required
          aria-invalid={wrong ? true : undefined}
        />
        <Button look="primary" type="submit" aria-disabled={isBusy}>
          {t('signin.do')}
        </Button>
      </form>
    </Frame>
  );
}
