/** What was not public becomes public by no run that begins to mirror two repositories. */
import { describe, expect, test } from 'vitest'
import { otherSide, sides, type Side } from '../../lib/model/sides.ts'
import { names, type Pair } from '../hubs/pair.ts'
import { act, contents, directions, expectInSync, heads, pushToBoth } from '../run/mirror-setup.ts'
import { about, start } from './exposure-setup.ts'

/**
 * Refused, in a dry run too, both named with their visibility, and nothing written; with the flag the same run goes
 * through.
 */
async function expectPrivate(pair: Pair, from: Side, ...argv: string[]): Promise<void> {
  const before = heads(pair)
  for (const dry of [['--dry-run'], []]) {
    const ran = await pair.run('--json', ...dry, ...argv)
    expect([ran.exitCode, heads(pair)], ran.out + ran.err).toEqual([3, before])
    const [refusal, ...more] = JSON.parse(ran.out).refusals
    expect([refusal.kind, refusal.allowedBy, more]).toEqual(['public', '--allow-public', []])
    expect(refusal.message).toMatch(
      new RegExp(`${names[from]} is private.*${names[otherSide[from]]} is public.*--allow-public`),
    )
    expect(ran.log.filter(about)).toHaveLength(2)
  }
  const allowed = await pair.run('--allow-public', ...argv)
  expect([allowed.exitCode, allowed.log.filter(about)], allowed.out + allowed.err).toEqual([0, []])
  await expectInSync(pair)
}

describe.each(directions)('$from is private and $to is public', ({ from, to }) => {
  const isPrivate = { [from]: true }

  test('a first run that brings files is refused', async () => {
    const pair = start(isPrivate)
    act(pair, from, { 'secret.csv': 'a\n' })
    await expectPrivate(pair, from)
  })

  test('so is one over a base found by content', async () => {
    const pair = start(isPrivate)
    for (const side of sides) act(pair, side, { 'a.txt': 'a\n' })
    act(pair, from, { 'secret.csv': 'a\n' })
    await expectPrivate(pair, from)
  })

  test('so is one over a commit that both have and that nobody ever mirrored', async () => {
    const pair = start(isPrivate)
    pushToBoth(pair, { 'a.txt': 'a\n' })
    act(pair, from, { 'secret.csv': 'a\n' })
    await expectPrivate(pair, from)
  })

  test('so is a deletion whose commit says why', async () => {
    const pair = start(isPrivate)
    pushToBoth(pair, { 'a.txt': 'a\n', 'b.txt': 'b\n' })
    act(pair, from, { 'a.txt': null }, 'Forget what Jane told us')
    await expectPrivate(pair, from)
  })

  test('so is one in which both moved', async () => {
    const pair = start(isPrivate)
    pushToBoth(pair, { 'a.txt': 'a\n' })
    act(pair, from, { 'secret.csv': 'a\n' })
    act(pair, to, { 'open.csv': 'a\n' })
    await expectPrivate(pair, from)
  })

  test.each(['union', from])('so is --init %s, also of a pair that was mirrored before', async (init) => {
    const pair = start(isPrivate)
    act(pair, to, { 'a.txt': 'a\n' })
    expect((await pair.run()).exitCode).toBe(0)
    act(pair, from, { 'secret.csv': 'a\n' })
    await expectPrivate(pair, from, '--init', init)
  })

  test('a beginning that was cut short is still one', async () => {
    const pair = start(isPrivate)
    for (let index = 0; index < 2; index++) act(pair, from, { [`${index}.txt`]: `${index}\n` })
    pair[to].faults.push({
      on: ({ method, url }) => method === 'PUT' || url.endsWith('/commit/main'),
      when: 'after',
      act: () => {
        for (const side of sides) pair[side].faults.push({ on: () => true, when: 'before', act: 'drop', times: 999 })
      },
    })
    expect((await pair.run('--allow-public')).exitCode).toBe(1)
    for (const side of sides) pair[side].faults.length = 0
    act(pair, from, { 'secret.csv': 'a\n' })
    // On the Hub the first commit is whole, and a sync point.
    if (to === 'github') await expectPrivate(pair, from)
    else expect((await pair.run()).exitCode).toBe(0)
  })

  test('what is public goes to the private one, and people are told what comes next', async () => {
    const pair = start(isPrivate)
    act(pair, to, { 'open.csv': 'a\n' })
    const ran = await pair.run()
    expect([ran.exitCode, ran.log.filter(about).length], ran.out).toEqual([0, 2])
    expect(ran.out).toMatch(/^note: .* is private, and .* is public: once they are mirrored/m)
    await expectInSync(pair)
  })

  test('a deletion by --init says nothing', async () => {
    const pair = start(isPrivate)
    act(pair, from, { 'a.txt': 'a\n' })
    act(pair, to, { 'a.txt': 'a\n', 'b.txt': 'b\n' })
    expect((await pair.run('--init', from)).exitCode).toBe(0)
    expect(contents(pair, to)).toEqual({ 'a.txt': 'a\n' })
  })

  test('once they are mirrored nobody is asked', async () => {
    const pair = start(isPrivate)
    act(pair, from, { 'a.txt': 'a\n' })
    expect((await pair.run('--allow-public')).exitCode).toBe(0)
    act(pair, from, { 'b.txt': 'b\n' })
    const ran = await pair.run()
    expect([ran.exitCode, ran.log.filter(about)], ran.out).toEqual([0, []])
    await expectInSync(pair)
  })

  test('a new branch of a pair that is mirrored asks nobody', async () => {
    const pair = start(isPrivate)
    act(pair, from, { 'a.txt': 'a\n' })
    expect((await pair.run('--allow-public')).exitCode).toBe(0)
    expect((await pair.run()).exitCode).toBe(0)
    const head = pair[from].head('main')
    if (from === 'github') pair.github.forcePush('next', head)
    else pair.huggingface.gitPush('next', head)
    const ran = await pair.run('--branch', 'next')
    // Where a branch is missing, GitHub is asked whether the repository is empty.
    const asked = ran.log.filter(about).filter((line) => from === 'github' || !line.startsWith('GET /repos/'))
    expect([ran.exitCode, asked], ran.out + ran.err).toEqual([0, []])
  })

  test('the history of another mirror is no evidence for this one', async () => {
    const former = { github: { name: 'acme/former' }, huggingface: { id: 'datasets/acme/former' } }
    const pair = start(isPrivate, {
      [to]: former[to],
      env: to === 'github' ? { GITHUB_REPOSITORY: 'acme/former' } : { HF_REPO: 'datasets/acme/former' },
    })
    act(pair, from, { 'a.txt': 'a\n' })
    expect((await pair.run('--allow-public')).exitCode).toBe(0)
    // Now each side gets a copy of the other.
    for (const side of sides) {
      act(pair, side, { [`${side}.txt`]: 'a\n' })
      expect((await pair.run()).exitCode).toBe(0)
    }
    act(pair, from, { 'b.txt': 'b\n' })
    expect((await pair.run('--dry-run')).exitCode).toBe(0)
    // The same histories under another name, as a fork or a duplicate has them.
    pair[to].renamedFrom(names[to])
    Object.assign(pair.env, { GITHUB_REPOSITORY: names.github, HF_REPO: names.huggingface })
    expect(await pair.run('--dry-run')).toMatchObject({ exitCode: 3, out: expect.stringContaining('--allow-public') })
  })

  test.each([
    [403, '{}'],
    [404, '{}'],
    [200, '[]'],
    [200, '{"private":"yes"}'],
    [200, 'no JSON'],
  ])('an answer of %i %s is taken for what is worse', async (status, body) => {
    const pair = start(isPrivate)
    act(pair, from, { 'a.txt': 'a\n' })
    const answer = { status, body, headers: { 'content-type': 'application/json' } }
    const refuse = (side: Side) => {
      pair[side].faults.push({
        on: ({ method, url }) => method === 'GET' && about(`GET ${new URL(url).pathname} 0`),
        when: 'before',
        act: answer,
      })
    }
    refuse(to)
    expect(await pair.run('--dry-run')).toMatchObject({
      exitCode: 3,
      out: expect.stringContaining('does not tell who can read it'),
    })
    refuse(from)
    expect(await pair.run('--dry-run')).toMatchObject({
      exitCode: 3,
      out: expect.stringContaining('does not tell who can read it'),
    })
  })
})

test(".lfsconfig on a public GitHub is the mirror's own work and nothing of a private Hub's", async () => {
  const pair = start({ huggingface: true })
  pushToBoth(pair, { 'a.txt': 'a\n' })
  const { exitCode, out, err } = await pair.run('--lfs', 'huggingface')
  expect(exitCode, out + err).toBe(0)
  expect([...pair.github.files('main').keys()]).toEqual(['.lfsconfig', 'a.txt'])
})
