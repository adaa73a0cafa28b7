import { useState } from 'react';

import { Actions, Button } from '@/components/Button';
import { Dialog } from '@/components/Dialog';
import { api } from '@/lib/api';
import { useT } from '@/lib/i18n';
import { queryClient } from '@/lib/query';
import { meQuery, type Profile } from '@/lib/session';
import { notify } from '@/lib/toast';

import { refusalWords } from './profile-form';

/** Takes a profile away, and everything that is known of it. */
export function DeletePart({ profile, onDeleted }: { profile: Profile; onDeleted: () => void }) {
  const t = useT();
  const [asks, setAsks] = useState(false);
  const name = profile.name;

  async function remove(): Promise<void> {
    try {
      await api.delete('/profiles/{profile_id}', { path: { profile_id: profile.profile_id } });
      await queryClient.refetchQueries({ queryKey: meQuery.queryKey });
      notify(t('profiles.deleted', { name }));
      onDeleted();
    } catch (error) {
      notify(refusalWords(error, t));
    }
    setAsks(false);
  }

  return (
    <section className="mt-8 grid gap-3 border-t border-rule pt-4">
      <h2 className="text-[1.125rem] font-semibold">{t('profiles.delete.title')}</h2>
      <p className="small">{t('profiles.delete.sentence')}</p>
      <Actions>
        <Button compact look="danger" onClick={() => setAsks(true)}>
          {t('profiles.delete.do', { name })}
        </Button>
      </Actions>
      {asks && (
        <Dialog title={t('profiles.delete.ask', { name })} onClose={() => setAsks(false)}>
          <p className="voice mb-6 text-[1.25rem]">{t('profiles.delete.sentence')}</p>
          <Actions>
            <Button look="danger" onClick={() => void remove()}>
              {t('profiles.delete.do', { name })}
            </Button>
            <Button onClick={() => setAsks(false)}>{t('profiles.delete.keep')}</Button>
          </Actions>
        </Dialog>
      )}
    </section>
  );
}
