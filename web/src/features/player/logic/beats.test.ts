import { describe, expect, it } from 'vitest';

import { BeatQueue } from './beats';

/** A generator of numbers from 0 to 1 that gives the same ones for the same seed. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

function numbered(): BeatQueue {
  let count = 0;
  return new BeatQueue(() => String((count += 1)));
}

describe('heartbeats that wait', () => {
  it('say how long ago they were when they are sent', () => {
    const queue = numbered();
    queue.add('playing', 10, 1000);
    queue.add('paused', 12.3456, 4000);
    expect(queue.message(6000)).toEqual([
      { beat_id: '1', state: 'playing', position_s: 10, ago_s: 5 },
      { beat_id: '2', state: 'paused', position_s: 12.346, ago_s: 2 },
    ]);
  });

  it('keep their name when they are sent again', () => {
    const queue = numbered();
    queue.add('playing', 1, 0);
    expect(queue.message(10).map((each) => each.beat_id)).toEqual(
      queue.message(90).map((each) => each.beat_id),
    );
  });

  it('are never sent with a place or a time that the server would refuse', () => {
    const queue = numbered();
    queue.add('playing', NaN, 5000);
    queue.add('playing', -3, 5000);
    expect(queue.message(0).map((each) => [each.position_s, each.ago_s])).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('arrive once each and in order over a bad network (seed %i)', (seed) => {
    const [queue, random] = [numbered(), chance(seed)];
    const arrived = new Set<string>();
    let told = 0;
    for (let step = 0; step < 600; step += 1) {
      if (random() < 0.6) {
        queue.add('playing', step, step * 1000);
        told += 1;
      }
      const message = queue.message(step * 1000);
      expect(message.length).toBeLessThanOrEqual(100);
      if (random() < 0.4) message.forEach((each) => arrived.add(each.beat_id));
      if (random() < 0.3) {
        message.forEach((each) => arrived.add(each.beat_id));
        queue.acknowledge(message);
      }
    }
    while (queue.size > 0) {
      const message = queue.message(1e6);
      message.forEach((each) => arrived.add(each.beat_id));
      queue.acknowledge(message);
    }
    expect([...arrived].map(Number)).toEqual(Array.from({ length: told }, (_, at) => at + 1));
  });

  it('keep what matters when there are too many: only "still playing" is given up', () => {
    const queue = numbered();
    queue.add('paused', 5, 0);
    for (let at = 0; at < 3000; at += 1) queue.add('playing', at, at);
    queue.add('closed', 3000, 3000);
    expect(queue.size).toBe(1000);
    expect(queue.message(0)[0]?.state).toBe('paused');
  });
});
