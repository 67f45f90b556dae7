/** A log that everybody may read shows no line of a repository that not everybody can read. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { isPublicLog } from '../../lib/cli/public-log.ts'
import { otherSide, sides, type Side } from '../../lib/model/sides.ts'
import { startPair, type Pair, type PairOptions } from '../hubs/pair.ts'
import { act, beginMirror } from '../run/mirror-setup.ts'

const scratch = mkdtempSync(join(tmpdir(), 'public-log-'))
function writeEvent(text: string): Record<string, string> {
  const path = join(scratch, `${Buffer.from(text).toString('hex').slice(-40)}.json`)
  writeFileSync(path, text)
  return { CI: 'true', GITHUB_ACTIONS: 'true', GITHUB_EVENT_PATH: path }
}
const inPublic = writeEvent(JSON.stringify({ repository: { private: false, visibility: 'public' } }))
const inPrivate = writeEvent(JSON.stringify({ repository: { private: true, visibility: 'private' } }))
const nowhere = { GITHUB_ACTIONS: 'true', GITHUB_EVENT_PATH: join(scratch, 'none.json') }

test.each<[string, Record<string, string>, boolean]>([
  ['a terminal', {}, false],
  ['a terminal where CI is off', { CI: 'false' }, false],
  ['a workflow of a public repository', inPublic, true],
  ['a workflow of a private one', inPrivate, false],
  ['a workflow of an internal one', writeEvent('{"repository":{"private":true,"visibility":"internal"}}'), false],
  ['a workflow whose event tells nothing of it', writeEvent('{"schedule":"*/30 * * * *"}'), true],
  ['a workflow whose event is no JSON', writeEvent('none'), true],
  ['a workflow whose event is null', writeEvent('null'), true],
  ['a workflow without an event', nowhere, true],
  ['a workflow that does not name its event', { GITHUB_ACTIONS: 'true' }, true],
  ['another service', { CI: '1' }, true],
])('%s is a log that everybody may read, or not', (_, env, expected) => {
  expect(isPublicLog(env, (path) => readFileSync(path, 'utf8'))).toBe(expected)
})

const privately = (...of: Side[]): PairOptions => ({
  github: { private: of.includes('github') },
  huggingface: { private: of.includes('huggingface') },
})

/** Both change the same line. */
async function startConflict(env: Record<string, string>, options: PairOptions): Promise<Pair> {
  const pair = await beginMirror(startPair(options), { 'notes.txt': 'first\n' }, '--allow-public')
  for (const side of sides) act(pair, side, { 'notes.txt': `line of ${side}\n` })
  Object.assign(pair.env, env, {
    GITHUB_STEP_SUMMARY: join(scratch, 'summary.md'),
    GITHUB_OUTPUT: join(scratch, 'output'),
  })
  writeFileSync(pair.env['GITHUB_STEP_SUMMARY']!, '')
  return pair
}

/** All that a run prints, in both forms; `argv` is what it is asked. */
async function print(
  pair: Pair,
  ...argv: string[]
): Promise<{ readonly out: string; readonly all: string; readonly hunks: Record<string, string[] | null>[] }> {
  const [ran, json] = [await pair.run(...argv), await pair.run('--json', ...argv)]
  expect([ran.exitCode, json.exitCode], ran.out + ran.err).toEqual([2, 2])
  const { conflicts } = JSON.parse(json.out) as { conflicts: { hunks: Record<string, string[] | null>[] }[] }
  return {
    out: ran.out,
    all: [ran.out, ran.err, json.out, json.err, readFileSync(pair.env['GITHUB_STEP_SUMMARY']!, 'utf8')].join('\n'),
    hunks: conflicts.flatMap((one) => one.hunks),
  }
}

describe.each(sides)('where %s is private and everybody may read the log', (side) => {
  test('a conflict shows the lines of the other side alone, and where to look', async () => {
    const pair = await startConflict(inPublic, privately(side))
    const { out, all, hunks } = await print(pair)
    expect(all).not.toContain(`line of ${side}`)
    expect(out).toContain(`line of ${otherSide[side]}`)
    expect(out).toMatch(new RegExp(`^ +${side} +\\| \\(not shown: not everybody can read it`, 'm'))
    expect(out).toMatch(new RegExp(`^ +${side} .*\\n +https://.*/blob/.*notes\\.txt`, 'm'))
    expect(hunks).toEqual([{ line: 1, base: null, [side]: null, [otherSide[side]]: [`line of ${otherSide[side]}\n`] }])
  })

  test('and it does not say so, because its service fails', async () => {
    const pair = await startConflict(inPublic, privately(side))
    const path = side === 'github' ? '/repos/acme/corpus' : '/api/datasets/acme/corpus'
    pair[side].faults.push({
      on: ({ method, url }) => method === 'GET' && new URL(url).pathname === path,
      when: 'before',
      act: { status: 503 },
      times: 99,
    })
    expect((await print(pair)).all).not.toContain(`line of ${side}`)
  })
})

test('both are left out of a log that everybody may read, and what both had with them', async () => {
  const { all, hunks } = await print(await startConflict(nowhere, privately('github', 'huggingface')))
  expect(all).not.toMatch(/line of|first/)
  expect(hunks).toEqual([{ line: 1, base: null, github: null, huggingface: null }])
})

test('a dataset that is gated is not shown', async () => {
  expect(
    (await print(await startConflict(inPublic, { huggingface: { switches: { gated: 'auto' } } }))).all,
  ).not.toContain('line of huggingface')
})

test.each<[string, Record<string, string>, Side[]]>([
  ['the log is that of a private repository', inPrivate, ['huggingface']],
  ['somebody runs it himself', {}, ['github', 'huggingface']],
  ['both are public', inPublic, []],
])('all lines are shown where %s', async (_, env, hidden) => {
  const pair = await startConflict(env, privately(...hidden))
  const { out, hunks } = await print(pair)
  for (const side of sides) expect(out).toContain(`line of ${side}`)
  expect(hunks).toMatchObject([{ base: ['first\n'] }])
})
