import { describe, expect, it } from 'vitest';

import { declared, troublesOf, type Trial } from './trials';

const TRIAL: Trial = { name: 'bold', kind: 'ab', what: 'diversity', value: '80', share: '50' };

describe('the form of an experiment', () => {
  it('compares what everybody gets with what it names', () => {
    expect(declared(TRIAL)).toEqual({
      experiment_id: 'bold',
      kind: 'ab',
      share: 0.5,
      arms: [{ name: 'control' }, { name: 'other', diversity: 0.8 }],
    });
    expect(declared({ ...TRIAL, what: 'scorer', value: 'ease', share: '12,5' })).toMatchObject({
      share: 0.125,
      arms: [{ name: 'control' }, { name: 'other', scorer: 'ease' }],
    });
  });

  it('names the fields that are wrong', () => {
    expect(troublesOf(TRIAL)).toEqual([]);
    expect(troublesOf({ ...TRIAL, name: 'No spaces', value: '', share: '0' })).toEqual([
      'name',
      'value',
      'share',
    ]);
    expect(troublesOf({ ...TRIAL, value: '101' })).toEqual(['value']);
    expect(troublesOf({ ...TRIAL, what: 'version', value: '' })).toEqual(['value']);
  });
});
