/** What started a run: the Hub's webhooks, a relay, a schedule. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { describeQuiet } from '../../lib/cli/event.ts'
import { startPair, type Pair } from '../hubs/pair.ts'
import { act, contents } from '../run/mirror-setup.ts'

const folder = mkdtempSync(join(tmpdir(), 'event-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** As the Hub documents it (https://huggingface.co/docs/hub/webhooks), with what matters here. */
const webhook = (name = 'acme/corpus', scope = 'repo.content', refs: readonly string[] = ['refs/heads/main']) =>
  JSON.stringify({
    event: { action: 'update', scope },
    repo: { type: 'dataset', name, id: '621ffdc036468d709f17434d', private: false, headSha: 'c379e821' },
    ...(scope === 'repo.content' && { updatedRefs: refs.map((ref) => ({ ref, oldSha: null, newSha: 'c379e821' })) }),
    webhook: { id: '6390e855e30d9209411de93b', version: 3 },
  })

/** A pair of which the Hub has a commit that GitHub lacks, and what starts a run of it. */
function changed(env: Record<string, string>): Pair {
  const pair = startPair({ env })
  act(pair, 'huggingface', { 'a.txt': 'a\n' }, 'Begin')
  return pair
}

/** The environment of a workflow that an event of GitHub's started. */
function eventOf(name: string, payload: object): Record<string, string> {
  const path = join(mkdtempSync(join(folder, 'runner-')), 'event.json')
  writeFileSync(path, JSON.stringify(payload))
  return { GITHUB_EVENT_NAME: name, GITHUB_EVENT_PATH: path }
}

const dispatch = (repo: string) =>
  eventOf('repository_dispatch', { action: 'hubmirror', client_payload: { repo, sha: 'c379e821' } })

describe('an event of the Hub', () => {
  test.each<[what: string, env: Record<string, string>]>([
    ['a commit', { WEBHOOK_PAYLOAD: webhook() }],
    ['a commit, of a repository in other letters', { WEBHOOK_PAYLOAD: webhook('Acme/Corpus') }],
    [
      'one among several references',
      { WEBHOOK_PAYLOAD: webhook('acme/corpus', 'repo.content', ['refs/pr/1', 'refs/heads/main']) },
    ],
    ['a scope that nobody knows yet', { WEBHOOK_PAYLOAD: webhook('acme/corpus', 'repo') }],
    ['a text that is no event', { WEBHOOK_PAYLOAD: '{"event' }],
    // The Hub redirects from the name that the mirror was set up with.
    ['a commit of a repository that was renamed', { WEBHOOK_PAYLOAD: webhook('acme/corpus-2') }],
    // GitHub drops a run that waits for another one, such as one of a push, when a third comes: that has to do all.
    ['a relay, whatever repository it is about', dispatch('datasets/acme/other')],
  ])('is mirrored: %s', async (_, env) => {
    const pair = changed(env)
    const { exitCode, out } = await pair.run()
    expect([exitCode, contents(pair, 'github')]).toEqual([0, contents(pair, 'huggingface')])
    expect(out).toContain('Mirrored')
  })

  test.each<[what: string, env: Record<string, string>, why: string]>([
    [
      'of a discussion',
      { WEBHOOK_PAYLOAD: webhook('acme/corpus', 'discussion') },
      'its scope discussion changes no file.',
    ],
    ['of a comment', { WEBHOOK_PAYLOAD: webhook('acme/corpus', 'discussion.comment') }, 'changes no file.'],
    ['of a setting', { WEBHOOK_PAYLOAD: webhook('acme/corpus', 'repo.config') }, 'changes no file.'],
    [
      'of a pull request, a tag and another branch',
      { WEBHOOK_PAYLOAD: webhook('acme/corpus', 'repo.content', ['refs/pr/1', 'refs/tags/v1', 'refs/heads/dev']) },
      'refs/pr/1, refs/tags/v1, refs/heads/dev is not mirrored.',
    ],
  ])('ends before anybody is asked: %s', async (_, env, why) => {
    const pair = changed(env)
    const { exitCode, out, err, requests } = await pair.run()
    expect([exitCode, requests, err]).toEqual([0, 0, ''])
    expect(out).toContain('Nothing to do for an event of ')
    expect(out).toContain(why)
    const { status, detail } = JSON.parse((await pair.run('--json')).out) as Record<string, string>
    expect([
      status,
      `${detail}.
`,
    ]).toEqual(['skipped', out])
    expect((await pair.run('--quiet')).out).toBe('')
  })

  test('that the mirror caused by its own commit ends after two requests', async () => {
    const pair = changed({})
    act(pair, 'huggingface', { 'b.txt': 'b\n' })
    await pair.run()
    act(pair, 'github', { 'c.txt': 'c\n' })
    expect((await pair.run()).exitCode).toBe(0)
    pair.env['WEBHOOK_PAYLOAD'] = webhook()
    const { exitCode, requests, out } = await pair.run()
    expect([exitCode, requests]).toEqual([0, 2])
    expect(out).toContain('In sync')
  })

  test('of a tag counts where tags are mirrored', async () => {
    const pair = changed({ WEBHOOK_PAYLOAD: webhook('acme/corpus', 'repo.content', ['refs/tags/v1']) })
    expect((await pair.run('--tags', '--branch', 'main')).out).toContain('Mirrored')
  })

  test('starts the runs of its own pair alone', async () => {
    const pair = changed({ WEBHOOK_PAYLOAD: webhook() })
    const config = join(folder, 'pairs.json')
    const github = 'acme/corpus'
    writeFileSync(
      config,
      JSON.stringify({
        pairs: { a: { github, hf: 'datasets/acme/corpus' }, b: { github, hf: 'datasets/acme/other' } },
      }),
    )
    const { exitCode, out } = await pair.run('--config', config)
    expect([exitCode, contents(pair, 'github')]).toEqual([0, contents(pair, 'huggingface')])
    expect(out).not.toContain('acme/other')
  })
})

describe('a schedule', () => {
  const nowMs = Date.parse('2026-11-30T00:00:00Z')
  const told = (repository: object, name = 'schedule') =>
    describeQuiet(
      { GITHUB_EVENT_NAME: name, GITHUB_EVENT_PATH: 'event' },
      () => JSON.stringify({ schedule: '7,37 * * * *', repository }),
      nowMs,
    )

  test('of a public repository is said to stop soon, from fifty days without a push on', () => {
    expect(told({ private: false, pushed_at: '2026-10-11T00:00:00Z' })).toMatch(
      /^Nothing was pushed to this repository for 50 days\. /,
    )
    expect(told({ private: false, pushed_at: '2026-10-11T00:00:01Z' })).toBeNull()
  })

  test('of a private one never stops, and nothing is said where the event does not tell, or is another one', () => {
    const pushed_at = '2026-01-01T00:00:00Z'
    expect([
      told({ private: true, pushed_at }),
      told({ private: false }),
      told({ pushed_at }),
      told({ private: false, pushed_at }, 'push'),
    ]).toEqual([null, null, null, null])
    expect(describeQuiet({ GITHUB_EVENT_NAME: 'schedule' }, () => null, nowMs)).toBeNull()
  })

  test('is told by the run that it started, which asks no question more', async () => {
    const pair = changed(eventOf('schedule', { repository: { private: false, pushed_at: '2020-01-01T00:00:00Z' } }))
    await pair.run()
    const { err, requests } = await pair.run()
    expect(err).toMatch(/^Nothing was pushed to this repository for \d+ days/m)
    expect(requests).toBe(2)
  })
})
