/** What a dry run tells of a run: whether it may write, and what stands on the branch. */
import { describe, expect, test } from 'vitest'
import { formatWritten } from '../../lib/cli/report.ts'
import { sides } from '../../lib/model/sides.ts'
import { startWritten } from '../../lib/run/written.ts'
import { lfsRefusals, protections } from '../hubs/github-switches.ts'
import { tokens, type Ran } from '../hubs/pair.ts'
import { services } from '../plan/brakes-setup.ts'
import { act, expectStopped, heads, startMirrored, startMoved } from '../run/mirror-setup.ts'

describe('a dry run', () => {
  test.each([
    [
      'github',
      'huggingface',
      { GITHUB_TOKEN: tokens.githubRead },
      'the user of GITHUB_TOKEN may only read the repository',
    ],
    [
      'huggingface',
      'github',
      { HF_TOKEN: tokens.huggingfaceRead },
      'Cannot write to huggingface.co: 403 you must use a write token to upload to a repository. The repository must exist, and HF_TOKEN must be a token with write access to it.\n',
    ],
  ] as const)(
    'says that the token may not write to %s, below the whole plan, with exit code 4',
    async (to, from, env, says) => {
      const pair = await startMoved(from)
      Object.assign(pair.env, env)
      const before = heads(pair)
      const ran = await pair.run('--dry-run')
      expect([ran.exitCode, heads(pair)], ran.err).toEqual([4, before])
      expect(ran.out).toContain(`  new  ${from}.txt`)
      expect(ran.out).toMatch(/: 1 change\. [^]*^denied: .*\n^Nothing was written\.$/m)
      expect(ran.out).toContain(says)
      const json = JSON.parse((await pair.run('--dry-run', '--json')).out)
      expect(json).toMatchObject({ status: 'denied', refusals: [{ kind: 'token' }], changes: [{ to }] })
    },
  )

  test.each(sides)('of a run that writes only elsewhere does not ask what the token of %s may', async (side) => {
    const pair = await startMoved(side)
    Object.assign(
      pair.env,
      side === 'github' ? { GITHUB_TOKEN: tokens.githubRead } : { HF_TOKEN: tokens.huggingfaceRead },
    )
    expect((await pair.run('--dry-run')).exitCode).toBe(0)
  })

  test('goes without tokens, and says what a run needs', async () => {
    const pair = await startMoved('github', 'huggingface')
    Object.assign(pair.env, { HF_TOKEN: '' })
    expect(await pair.run('--dry-run')).toMatchObject({
      exitCode: 0,
      out: expect.stringMatching(/^note: .*HF_TOKEN is not set/m),
    })
  })

  test("does not take an app's or a workflow's token for one that may nothing", async () => {
    const pair = await startMoved('huggingface')
    for (const permissions of [{ admin: false, push: false, pull: false }, undefined]) {
      pair.github.faults.push({
        on: ({ method, url }) => method === 'GET' && new URL(url).pathname === '/repos/acme/corpus',
        when: 'before',
        act: {
          status: 200,
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ private: false, permissions }),
        },
      })
      expect((await pair.run('--dry-run')).exitCode).toBe(0)
    }
  })

  test.each([
    ['archived', /is archived and cannot be written/],
    ['disabled', /has disabled the repository/],
  ] as const)('is refused where the repository is %s, if that is to be written', async (state, says) => {
    const pair = await startMoved('huggingface')
    pair.github.switches[state] = true
    expect(await expectStopped(pair, 3, '--dry-run')).toMatch(says)
    const other = await startMoved('github')
    other.github.switches[state] = true
    expect((await other.run('--dry-run')).exitCode).toBe(0)
  })

  test.each([
    ['rules', /GitHub's branch has rules \(update\)/],
    ['pullRequest', /GitHub's branch has rules \(protection\)/],
  ] as const)('notes %s that stand on the branch, which nobody can tell to be in the way', async (kind, says) => {
    const pair = await startMoved('huggingface')
    pair.github.switches.protectedBranches.set('main', protections[kind])
    expect(await pair.run('--dry-run')).toMatchObject({ exitCode: 0, out: expect.stringMatching(says) })
    expect((await pair.run()).exitCode).toBe(3)
  })

  test("is refused where the store takes no object of that size, or none any more, by the file's own name", async () => {
    const pair = await startMoved('huggingface')
    act(pair, 'huggingface', {
      'huge.parquet': { lfs: Buffer.alloc(5_000, 1) },
      'small.parquet': { lfs: Buffer.alloc(20, 1) },
    })
    act(pair, 'github', { '.gitattributes': '*.parquet filter=lfs diff=lfs merge=lfs -text\n' })
    expect((await pair.run('--dry-run')).exitCode).toBe(0)
    pair.github.switches.lfsObjectMax = 4_000
    expect(await expectStopped(pair, 3, '--dry-run')).toMatch(/huge\.parquet.*Size must be less than or equal to 4000/)
    Object.assign(pair.github.switches, { lfsObjectMax: 10_000, lfsRefusal: lfsRefusals.budget })
    expect(await pair.run('--dry-run')).toMatchObject({
      exitCode: 3,
      err: expect.stringContaining('exceeded its LFS budget'),
    })
    expect((await pair.run('--dry-run', '--lfs', 'huggingface')).exitCode).toBe(0)
  })

  test('counts the requests of a run, not its own, and asks nothing more where nothing is to be written', async () => {
    const pair = await startMoved('github', 'huggingface')
    const about = async (...argv: string[]) =>
      Number(/About (\d+) requests/.exec((await pair.run('--dry-run', ...argv)).out)?.[1])
    const told = await about()
    const ran = await pair.run()
    expect(ran.exitCode).toBe(0)
    expect(Math.abs(told - ran.requests)).toBeLessThanOrEqual(4)
    expect((await pair.run('--dry-run')).requests).toBe(2)
  })

  test('has the plan of the run after it, whatever it asked', async () => {
    const pair = await startMoved('github', 'huggingface')
    const digest = async (...argv: string[]) => JSON.parse((await pair.run('--json', ...argv)).out).digest
    expect(await digest('--dry-run')).toBe(await digest())
  })

  test('is a plan also where the question fails', async () => {
    const pair = await startMoved('github')
    pair.huggingface.faults.push({
      on: ({ url }) => url.endsWith('/objects/batch'),
      when: 'before',
      act: { status: 503 },
      times: 99,
    })
    expect(await pair.run('--dry-run')).toMatchObject({ exitCode: 0, out: expect.stringMatching(/^note: .*503/m) })
  })
})

test('what a service refuses for good is not told to be done again', async () => {
  const written = { ...startWritten(), commits: { github: 'a'.repeat(40), huggingface: null } }
  expect(formatWritten(written, services, 'goes on')).toMatch(/Run again: it goes on from there$/)
  expect(formatWritten(written, services, 'ends the same way')).not.toContain('Run again:')
  const pair = await startMoved('github', 'huggingface')
  pair.huggingface.faults.push({
    on: ({ method, url }) => method === 'POST' && url.endsWith('/commit/main'),
    when: 'before',
    act: { status: 400, body: '{"error":"Your push was rejected"}' },
  })
  const ran = await pair.run()
  expect(ran.err).toMatch(/GitHub was written.*Hugging Face was not\. Running again ends the same way/)
  expect((await pair.run()).exitCode).toBe(0)
})

test('a dry run and the run after it tell the same bytes where GitHub has files already, and ask as often', async () => {
  const files = Object.fromEntries(
    Array.from({ length: 12 }, (_, index) => [`${index}.txt`, `text ${index}\n`.repeat(9)]),
  )
  const pair = await startMirrored({ ...files, 'README.md': '# c\n' })
  act(pair, 'huggingface', Object.fromEntries(Object.keys(files).map((path) => [path, null])))
  expect((await pair.run('--allow-delete')).exitCode).toBe(0)
  act(pair, 'huggingface', { ...files, 'new.txt': 'new\n' })
  const [dry, ran] = [await pair.run('--dry-run'), await pair.run()]
  const told = ({ out }: Ran) => /^Plan .*$/m.exec(out)![0]
  expect(told(dry)).toMatch(/: 13 changes\. 4 B to move\./)
  expect(told(ran)).toBe(told(dry))
  expect(ran.log.filter((line) => line.startsWith('POST /graphql')).length).toBeLessThanOrEqual(5)
})
