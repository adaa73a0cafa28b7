import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { Refusal, type Schemas } from '@/lib/api';

import { Courier, type Road } from './courier';

type Message = Schemas['Heartbeat'];

/** A road that is open or shut, and remembers what came over it. */
class Roads implements Road {
  arrived: Message[] = [];
  beacons: Message[] = [];
  refuse: Refusal | null = null;
  goes_on = true;

  readonly post = (_: string, message: Message) => {
    if (this.refuse) return Promise.reject(this.refuse);
    this.arrived.push(message);
    return Promise.resolve({ goes_on: this.goes_on, expires_at: '', offset: 0 });
  };

  readonly beacon = (_: string, message: Message) => {
    this.beacons.push(message);
  };

  readonly now = () => Date.now();

  places(): number[] {
    return this.arrived.flatMap((message) => message.beats.map((beat) => beat.position_s));
  }
}

function courierOn(road: Road, onOver: () => void = () => undefined): Courier {
  return new Courier(road, { playSessionId: 'p', token: 't', quality: () => ({ stalls: 2 }), onOver });
}

describe('a courier of heartbeats', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('sends a beat at once, with its token and how well the film comes', async () => {
    const road = new Roads();
    courierOn(road).tell('playing', 3);
    await vi.runAllTimersAsync();
    expect(road.arrived).toMatchObject([{ token: 't', quality: { stalls: 2 }, beats: [{ position_s: 3 }] }]);
  });

  it('keeps beats while the network is away, and sends each once when it is back', async () => {
    const road = new Roads();
    const courier = courierOn(road);
    road.refuse = new Refusal(0, {});
    for (const place of [1, 2, 3]) {
      courier.tell('playing', place);
      await vi.advanceTimersByTimeAsync(400);
    }
    expect(courier.waiting).toBe(3);
    road.refuse = null;
    await vi.advanceTimersByTimeAsync(20_000);
    expect(road.places()).toEqual([1, 2, 3]);
    expect(courier.waiting).toBe(0);
  });

  it('waits for a server that is gone', async () => {
    const road = new Roads();
    road.refuse = new Refusal(503, {});
    const courier = courierOn(road);
    courier.tell('playing', 1);
    await vi.advanceTimersByTimeAsync(5000);
    road.refuse = null;
    await courier.flush();
    expect(road.places()).toEqual([1]);
  });

  it('tells when the play session is over, and sends no more', async () => {
    const road = new Roads();
    road.goes_on = false;
    const onOver = vi.fn();
    const courier = courierOn(road, onOver);
    courier.tell('playing', 1);
    await vi.runAllTimersAsync();
    courier.tell('playing', 2);
    await vi.runAllTimersAsync();
    expect(onOver).toHaveBeenCalledOnce();
    expect(road.places()).toEqual([1]);
  });

  it('takes a refused token for the end', async () => {
    const road = new Roads();
    road.refuse = new Refusal(403, {});
    const onOver = vi.fn();
    courierOn(road, onOver).tell('playing', 1);
    await vi.runAllTimersAsync();
    expect(onOver).toHaveBeenCalledOnce();
  });

  it('sends what waits with the page that closes, under the same names', async () => {
    const road = new Roads();
    const courier = courierOn(road);
    road.refuse = new Refusal(0, {});
    courier.tell('playing', 1);
    await vi.advanceTimersByTimeAsync(100);
    courier.note('closed', 4);
    courier.dispatch();
    road.refuse = null;
    await courier.flush();
    expect(road.beacons[0]?.beats.map((beat) => beat.state)).toEqual(['playing', 'closed']);
    expect(road.arrived[0]?.beats.map((beat) => beat.beat_id)).toEqual(
      road.beacons[0]?.beats.map((beat) => beat.beat_id),
    );
    courier.stop();
  });
});
