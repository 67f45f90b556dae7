/** A changed filter is never taken for a deletion. */
import { describe, expect, test } from 'vitest'
import { sides, type Side } from '../../lib/model/sides.ts'
import { commitTo, mergeInto, pushTo } from '../run/git-users.ts'
import { act, contents, expectStopped, heads, type Files } from '../run/mirror-setup.ts'
import { begin, both, onBoth, run } from './filters-setup.ts'
import { isHubCommit } from './traces-run.ts'

describe('a changed filter', () => {
  const files = { 'a.txt': 'a\n', 'x.log': 'log\n', 'y.tmp': 'tmp\n' }
  const edits: readonly [string, Partial<Record<Side, Files>>][] = [
    ['nothing else', {}],
    ['edits on both sides', { github: { 'g.txt': 'g\n' }, huggingface: { 'a.txt': 'A\n' } }],
  ]
  const filters: readonly [string, string[], string[], Record<string, readonly (string | undefined)[]>][] = [
    ['narrowed', [], ['--exclude', '*.log'], { 'x.log': ['log\n', 'log\n'], 'y.tmp': ['tmp\n', 'tmp\n'] }],
    [
      'narrowed further',
      ['--exclude', '*.log'],
      ['--exclude', '*.log', '--exclude', '*.tmp'],
      { 'x.log': ['log\n', undefined] },
    ],
    ['widened', ['--exclude', '*.log'], [], { 'x.log': ['log\n', 'log\n'], 'y.tmp': ['tmp\n', 'tmp\n'] }],
    [
      'widened from --include',
      ['--include', '*.txt'],
      [],
      { 'x.log': ['log\n', 'log\n'], 'y.tmp': ['tmp\n', 'tmp\n'] },
    ],
    [
      'swapped',
      ['--exclude', '*.log'],
      ['--exclude', '*.tmp'],
      { 'x.log': ['log\n', 'log\n'], 'y.tmp': ['tmp\n', 'tmp\n'] },
    ],
    [
      'in another order',
      ['--exclude', '*.log', '--exclude', '*.tmp'],
      ['--exclude', '*.tmp', '--exclude', '*.log'],
      { 'x.log': ['log\n', undefined] },
    ],
  ]
  for (const [how, before, after, expected] of filters)
    test.each(edits)(`${how}, and %s: never a deletion`, async (_, changed) => {
      const pair = await begin(files, ...before)
      for (const side of sides) if (changed[side]) act(pair, side, changed[side])
      await run(pair, ...after)
      for (const [path, held] of Object.entries(expected)) expect(both(pair, path), path).toEqual(held)
      for (const change of Object.values(changed))
        for (const [path, held] of Object.entries(change)) expect(both(pair, path)).toEqual(onBoth(held as string))
    })

  test('widened where both sides hold the same since, and one edited it: the edit travels without a conflict', async () => {
    const pair = await begin(files)
    act(pair, 'github', { 'a.txt': 'A\n' })
    await run(pair, '--exclude', '*.log')
    act(pair, 'github', { 'x.log': 'edited\n' })
    await run(pair)
    expect(both(pair, 'x.log')).toEqual(onBoth('edited\n'))
  })

  test('widened where one side deleted the file while it was outside: the file comes back, since nobody knows', async () => {
    const pair = await begin(files)
    act(pair, 'huggingface', { 'x.log': null, 'a.txt': 'A\n' })
    await run(pair, '--exclude', '*.log')
    await run(pair)
    expect(both(pair, 'x.log')).toEqual(onBoth('log\n'))
  })

  test('widened where both hold something else: a conflict, and nothing is lost', async () => {
    const pair = await begin(files, '--exclude', '*.log')
    act(pair, 'huggingface', { 'x.log': 'hub\n' })
    expect(await expectStopped(pair, 2)).toContain('add/add')
    await run(pair, '--take', 'x.log=huggingface')
    expect(both(pair, 'x.log')).toEqual(onBoth('hub\n'))
  })

  test('widened, both sides moved, and the run dies before the Hub is written: the next one ends it', async () => {
    const pair = await begin({ ...files, 'b.txt': 'b\n' }, '--exclude', '*.log')
    act(pair, 'github', { 'b.txt': 'B\n' })
    act(pair, 'huggingface', { 'a.txt': 'A\n', 'h.log': 'h\n' })
    pair.huggingface.faults.push({ on: isHubCommit, when: 'before', act: 'drop', times: 99 })
    expect((await pair.run()).exitCode).toBe(1)
    pair.huggingface.faults.length = 0
    await run(pair)
    expect(contents(pair, 'github')).toEqual(contents(pair, 'huggingface'))
    expect(contents(pair, 'github')).toEqual({
      'a.txt': 'A\n',
      'b.txt': 'B\n',
      'x.log': 'log\n',
      'y.tmp': 'tmp\n',
      'h.log': 'h\n',
    })
  })

  test('rules that come into view travel where one side alone has them', async () => {
    const pair = await begin(
      { 'a.txt': 'a\n', 'logs/.gitattributes': '*.log text\n', 'logs/a.log': 'a\n' },
      '--exclude',
      'logs',
    )
    await run(pair)
    expect(both(pair, 'logs/.gitattributes')).toEqual(onBoth('*.log text\n'))
  })

  test('nothing is to be done but to record the new set: one commit on GitHub, and then two requests', async () => {
    const pair = await begin({ 'a.txt': 'a\n' }, '--exclude', '*.log')
    const before = heads(pair)
    await run(pair, '--exclude', '*.tmp')
    expect([heads(pair).huggingface, heads(pair).github === before.github]).toEqual([before.huggingface, false])
  })

  test('two sync points, one of them under a filter, merged on both sides: what it left out comes along', async () => {
    const pair = await begin({ 'a.txt': 'a\n' })
    for (const side of sides) pushTo(pair, side, 'dev', pair[side].head('main'))
    commitTo(pair, 'github', 'dev', { 'dev.txt': 'dev\n', 'dev.log': 'log\n' })
    await run(pair, '--branch', 'dev', '--exclude', '*.log')
    await pair.clock.sleep(60_000)
    commitTo(pair, 'huggingface', 'main', { 'main.txt': 'main\n' })
    await run(pair)
    await pair.clock.sleep(60_000)
    for (const side of sides) mergeInto(pair, side, 'main', 'dev')
    await run(pair)
    for (const side of sides)
      expect(contents(pair, side)).toEqual({
        'a.txt': 'a\n',
        'dev.log': 'log\n',
        'dev.txt': 'dev\n',
        'main.txt': 'main\n',
      })
  })
})
