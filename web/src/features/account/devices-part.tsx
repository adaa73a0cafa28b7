import { queryOptions, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Monitor } from 'lucide-react';
import { useState, type FormEvent } from 'react';

import { Actions, Button } from '@/components/Button';
import { Field } from '@/components/Field';
import { Icon } from '@/components/Icon';
import { ErrorState, Waiting } from '@/components/States';
import { api, type Schemas } from '@/lib/api';
import { day } from '@/lib/format';
import { useT } from '@/lib/i18n';
import { queryClient } from '@/lib/query';
import { forgetSession } from '@/lib/session';
import { notify } from '@/lib/toast';

import { wrongOf } from './words';

type Device = Schemas['Device'];
const LONGEST = 40;
const FIRST = 5;

const devicesQuery = queryOptions({
  queryKey: ['devices'],
  staleTime: 0,
  queryFn: ({ signal }) => api.get('/devices', { signal }),
});

/** Where the account is signed in; each can be named, and signed out. */
export function DevicesPart() {
  const t = useT();
  const { data, error, refetch } = useQuery(devicesQuery);
  const [isAll, setAll] = useState(false);
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data)
    return (
      <div aria-busy="true" className="min-h-24">
        <Waiting />
      </div>
    );
  // One more than the first ones is shown as well: a button would take as much room.
  const hasMore = !isAll && data.items.length > FIRST + 1;
  return (
    <>
      <ul role="list" className="devices" aria-label={t('account.devices.title')}>
        {(hasMore ? data.items.slice(0, FIRST) : data.items).map((device) => (
          <DeviceLine key={device.session_id} device={device} />
        ))}
      </ul>
      {hasMore && (
        <button type="button" className="link" onClick={() => setAll(true)}>
          {t('account.devices.all', { count: data.items.length })}
        </button>
      )}
    </>
  );
}

function DeviceLine({ device }: { device: Device }) {
  const t = useT();
  const navigate = useNavigate();
  const [names, setNames] = useState(false);
  async function remove(): Promise<void> {
    try {
      await api.delete('/devices/{session_id}', { path: { session_id: device.session_id } });
    } catch (error) {
      return notify(t(wrongOf(error).words));
    }
    if (device.is_current) {
      forgetSession(null);
      await navigate({ to: '/' });
      return;
    }
    queryClient.setQueryData(devicesQuery.queryKey, (now) => now && without(now, device));
    notify(t('account.devices.removed', { name: device.label }));
  }
  return (
    <li className="device">
      <Icon of={Monitor} size={24} />
      <div className="device-what">
        {names ? (
          <NameForm device={device} onDone={() => setNames(false)} />
        ) : (
          <>
            <b>{device.label}</b>
            <span className="small">
              {device.is_current
                ? t('account.devices.this')
                : t('account.devices.used', { day: day(device.last_used_at) })}
            </span>
          </>
        )}
      </div>
      {!names && (
        <Actions>
          <Button
            compact
            aria-label={t('account.devices.renameWhich', { name: device.label })}
            onClick={() => setNames(true)}
          >
            {t('account.devices.rename')}
          </Button>
          <Button
            compact
            aria-label={t('account.devices.removeWhich', { name: device.label })}
            onClick={() => void remove()}
          >
            {t('account.devices.remove')}
          </Button>
        </Actions>
      )}
    </li>
  );
}

function without(devices: Schemas['Devices'], gone: Device): Schemas['Devices'] {
  return { ...devices, items: devices.items.filter((each) => each.session_id !== gone.session_id) };
}

function NameForm({ device, onDone }: { device: Device; onDone: () => void }) {
  const t = useT();
  const [label, setLabel] = useState(device.label);
  const [wrong, setWrong] = useState<string | null>(null);
  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (!label.trim()) return setWrong(t('account.devices.nameless'));
    try {
      const named = await api.patch('/devices/{session_id}', {
        path: { session_id: device.session_id },
        body: { label: label.trim() },
      });
      queryClient.setQueryData(
        devicesQuery.queryKey,
        (now) =>
          now && {
            ...now,
            items: now.items.map((each) => (each.session_id === named.session_id ? named : each)),
          },
      );
      onDone();
    } catch (error) {
      setWrong(t(wrongOf(error).words));
    }
  }
  return (
    <form className="device-name" onSubmit={(event) => void submit(event)}>
      <Field
        label={t('account.devices.name')}
        value={label}
        maxLength={LONGEST}
        wrong={wrong}
        autoFocus
        onChange={(event) => setLabel(event.target.value)}
      />
      <Actions>
        <Button type="submit" look="primary" compact>
          {t('account.devices.save')}
        </Button>
        <Button compact onClick={onDone}>
          {t('account.cancel')}
        </Button>
      </Actions>
    </form>
  );
}
