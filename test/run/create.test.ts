/** A missing repository that a run makes (`--create`): seen as an empty one first, then made, proven, and mirrored. */
import { describe, expect, test } from 'vitest'
import { otherSide, sides } from '../../lib/model/sides.ts'
import type { RequestRecord } from '../hubs/hub.ts'
import { startPair } from '../hubs/pair.ts'
import { interleave } from '../interleavings/gate.ts'
import { followSegments } from '../interleavings/schedules.ts'
import { files, isCreation, isMade, isPrivate, makeMeanwhile, named, runIt, startMissing } from './create-setup.ts'
import { act, contents, expectInSync, heads } from './mirror-setup.ts'

describe.each(sides)('the one on %s', (side) => {
  const other = otherSide[side]

  test('is made private after a plan in which nothing is made, and mirrored; without --create the run says so', async () => {
    const pair = startMissing(side, { private: true })
    expect((await runIt(pair, 4)).err).toContain('if it is to be made, run with --create')
    const dry = await runIt(pair, 0, '--create', '--dry-run')
    expect(dry.out.split('\n')[0]).toBe(`Will create private ${named[side]}`)
    expect(dry.out).toContain('Dry run, nothing was written.')
    expect([isMade(pair, side), dry.log.some((line) => /POST .*\/repos\b/.test(line))]).toEqual([false, false])
    const ran = await runIt(pair, 0, '--create')
    expect(ran.err).toContain(`Made the private ${named[side]}, which is private, as`)
    expect(ran.out).toContain(`note: This run has made the private ${named[side]}`)
    expect([isMade(pair, side), isPrivate(pair, side)]).toEqual([true, true])
    expect(Object.keys(contents(pair, side))).toEqual(Object.keys(files))
    await expectInSync(pair)
    expect((await runIt(pair, 0, '--create')).requests).toBe(2)
  })

  test('is made and filled by another run after any of the first requests of this one: both end well', async () => {
    const create = { argv: ['--create'] }
    for (let steps = 1; steps <= 14; steps++) {
      const pair = startMissing(side)
      const order = followSegments([
        { actor: 0, steps },
        { actor: 1, steps: Infinity },
      ])
      const { ran } = await interleave(pair, [create, create], order)
      expect(ran, `${steps}`).toMatchObject([{ exitCode: 0 }, { exitCode: 0 }])
      await expectInSync(pair)
    }
  })

  test('is made public where the other one is, and from a private one only where that is allowed', async () => {
    const pair = startMissing(side, { private: true })
    const refused = await runIt(pair, 3, '--create', '--public')
    expect(refused.out).toContain('run once with --allow-public')
    expect(isMade(pair, side)).toBe(false)
    await runIt(pair, 0, '--create', '--public', '--allow-public')
    expect([isMade(pair, side), isPrivate(pair, side)]).toEqual([true, false])
    await expectInSync(pair)
    const open = startMissing(side)
    await runIt(open, 0, '--create', '--public')
    expect(isPrivate(open, side)).toBe(false)
  })

  test('is told in --json, as are the runs that end before it is made and after it', async () => {
    const pair = startMissing(side)
    const dry = JSON.parse((await runIt(pair, 0, '--create', '--dry-run', '--json')).out)
    expect([dry.status, dry.creates, dry.created]).toEqual(['planned', { side, visibility: 'private' }, null])
    pair[side].switches.createdAs = 'public'
    const bad = JSON.parse((await runIt(pair, 1, '--create', '--json')).out)
    expect([bad.status, bad.created]).toEqual(['failed', { side, visibility: 'private' }])
  })

  test('is not made where the plan is refused, or where the run goes the other way', async () => {
    const pair = startMissing(side)
    const away = await runIt(pair, 3, '--create', '--to', other)
    expect(away.err).toContain(`the ${named[side]} cannot be seen, and --to ${other} makes nothing there`)
    // However much may be deleted, nobody means to take the files of a repository that is not there.
    const init = await runIt(pair, 3, '--create', '--init', side, '--allow-delete')
    expect(init.err).toContain(`--init ${side} takes what it holds`)
    expect(isMade(pair, side)).toBe(false)
    await runIt(pair, 0, '--create', '--to', side)
    await expectInSync(pair)
  })

  test('that can be read by others than was asked for gets nothing', async () => {
    const pair = startMissing(side, { private: true })
    pair[side].switches.createdAs = 'public'
    const ran = await runIt(pair, 1, '--create')
    expect(ran.err).toContain(
      `the ${named[side]} was to be private, and it is public. It is there, and nothing was mirrored`,
    )
    expect(ran.err).toContain('a private repository was made on')
    expect(Object.keys(contents(pair, side))).toEqual([])
    expect((await runIt(pair, 3, '--create')).out).toContain('--allow-public')
    pair[side].repository.private = true
    await runIt(pair, 0)
    await expectInSync(pair)
  })

  test('that is there and not to be seen ends the run', async () => {
    const pair = startMissing(side)
    makeMeanwhile(pair, side)
    pair[side].switches.unseen = true
    const ran = await runIt(pair, 4, '--create')
    expect(ran.err).toContain('it is there, and')
    expect(ran.err).toContain('may not see it: give the token this repository')
    expect(ran.err).not.toContain('was made on')
  })

  test('whose creation is not answered is looked for, and made by the next run at the latest', async () => {
    const done = startMissing(side)
    done[side].faults.push({ on: isCreation, when: 'after', act: 'drop' })
    await runIt(done, 0, '--create')
    await expectInSync(done)
    const lost = startMissing(side)
    lost[side].faults.push({ on: isCreation, when: 'before', act: { status: 503 } })
    expect((await runIt(lost, 1, '--create')).err).toContain('no clear answer came; run again later')
    await runIt(lost, 0, '--create')
    await expectInSync(lost)
  })

  test('that is seen late is waited for', async () => {
    const pair = startMissing(side)
    pair[side].switches.createdReads = 4
    await runIt(pair, 0, '--create')
    await expectInSync(pair)
  })

  test('that somebody else makes meanwhile is mirrored if it is as it was to be, and holds nothing', async () => {
    const race = (how: Parameters<typeof makeMeanwhile>[2]) => {
      const pair = startMissing(side, { private: true })
      pair[side].faults.push({ on: isCreation, when: 'before', act: () => makeMeanwhile(pair, side, how) })
      return pair
    }
    const empty = race({})
    await runIt(empty, 0, '--create')
    await expectInSync(empty)
    const open = race({ isPublic: true })
    const { err } = await runIt(open, 3, '--create')
    expect(err).toContain('was to be private, and it is public. It was there before this run could make it')
    expect(err).not.toMatch(/delete|was made on/)
    const full = race({ content: { 'README.md': 'mine\n' } })
    const before = heads(full)[other]
    expect((await runIt(full, 3, '--create')).out).toContain('--init')
    expect([heads(full)[other], contents(full, side)]).toEqual([before, { 'README.md': 'mine\n' }])
  })

  test('gets the branch that is mirrored, whatever it is called', async () => {
    const pair = startMissing(side)
    const head = pair[other].head('main')!
    if (other === 'github') pair.github.forcePush('next', head)
    else pair.huggingface.gitPush('next', head)
    await runIt(pair, 0, '--create', '--branch', 'next')
    expect([...pair[side].files('next').keys()]).toEqual(expect.arrayContaining(['README.md', 'n/b.txt']))
    expect((await runIt(pair, 0, '--branch', 'next')).requests).toBe(2)
  })

  test('is completed by the next runs, wherever the run that makes it is killed', async () => {
    const whole = startMissing(side)
    await runIt(whole, 0, '--create')
    const expected = contents(whole, side)
    // Between two writes a run leaves what it left after the first one.
    const isWrite = ({ method, url }: RequestRecord) =>
      method !== 'GET' && !/\/(?:paths-info|preupload|batch|validate-yaml)\b/.test(url)
    for (const at of sides)
      for (const { number } of whole[at].requests.filter(isWrite)) {
        const pair = startMissing(side)
        const kill = () => {
          throw new Error('killed')
        }
        pair[at].faults.push({ on: number, when: 'after', act: kill })
        await pair.run('--create')
        await runIt(pair, 0, '--create')
        expect([isPrivate(pair, side), contents(pair, side)], `${at} ${number}`).toEqual([true, expected])
      }
  })
})

test('where both are missing, nothing is made', async () => {
  const pair = startPair({ github: { missing: true }, huggingface: { missing: true } })
  const ran = await runIt(pair, 3, '--create')
  expect(ran.err).toContain(`neither the ${named.github} nor the ${named.huggingface} can be seen`)
  expect(sides.map((side) => isMade(pair, side))).toEqual([false, false])
})

test('where the other one is empty, or all of it is left out, nothing is made yet', async () => {
  const pair = startPair({ huggingface: { missing: true } })
  expect((await runIt(pair, 0, '--create')).out).toContain('makes nothing before GitHub holds something to mirror')
  act(pair, 'github', { 'a.txt': 'a\n' })
  expect((await runIt(pair, 0, '--create', '--exclude', '*')).out).toContain('makes nothing before GitHub')
  expect(isMade(pair, 'huggingface')).toBe(false)
})

test('objects and rules of a public repository go to a private one that is made, and nothing comes back', async () => {
  const pair = startPair({ huggingface: { missing: true } })
  const rules = '*.bin filter=lfs diff=lfs merge=lfs -text\n*.csv -diff\n'
  act(pair, 'github', {
    '.gitattributes': rules,
    'a.bin': { lfs: Buffer.from('object') },
    'b.csv': 'b\n',
    'c.png': '\0',
  })
  const head = heads(pair).github
  await runIt(pair, 0, '--create', '--to', 'huggingface')
  expect(heads(pair).github).toBe(head)
  await expectInSync(pair)
})

test('a repository that was deleted and is made again gets all of it', async () => {
  const pair = startMissing('huggingface')
  await runIt(pair, 0, '--create')
  act(pair, 'github', { 'later.txt': 'later\n' })
  await runIt(pair, 0)
  const { server, repository } = pair.huggingface
  server.repositories.clear()
  server.unborn.set('datasets/acme/corpus', repository)
  repository.branches.clear()
  await runIt(pair, 0, '--create', '--dry-run')
  await runIt(pair, 0, '--create')
  await expectInSync(pair)
})
