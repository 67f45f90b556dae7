/** `--conflict-issue`: of tags, and where people end conflicts without a run. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { StoredIssue } from '../hubs/github-repository.ts'
import { startMirrored } from '../run/mirror-setup.ts'
import { startTagged } from '../run/tags-setup.ts'
import { asked, dispute, expectRun, issuesOf, look } from './issue-run.ts'

test('conflicts of tags have an issue of their own, which says what settles them and is closed by the run that finds them settled', async () => {
  const pair = await startTagged({}, ['v1', 'v2'])
  const was = pair.github.tags['v1']!
  pair.github.tag('v1', pair.github.head('main')!)
  expect(asked((await expectRun(pair, 2, '--tags')).log)[0]).toBe('GET issues 200')
  const [{ title, body }] = issuesOf(pair) as [StoredIssue]
  expect(title).toBe('The tags of acme/corpus and datasets/acme/corpus have conflicts')
  expect(body).toMatch(
    /^<!-- hubmirror tags datasets\/acme\/corpus -->\n<!-- hubmirror state \w{16} -->\n1 tag of .*\n\n```\ntag "v1" names /,
  )
  expect(body).toContain('it was moved on GitHub. No tag is ever moved: delete it on Hugging Face')
  await expectRun(pair, 0, '--tags')
  expect((await pair.run('--tags')).exitCode).toBe(2)
  // Put back by hand: no tag is written, and the record is.
  pair.github.tag('v1', was)
  await expectRun(pair, 0, '--tags')
  expect(look(pair)).toEqual([[1, 'closed', 1]])
  expect(asked((await expectRun(pair, 0, '--tags')).log)).toEqual([])
})

test('it is closed, and the badge renewed, where people moved both branches back, by the run that this or a person starts', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'issue-'))
  const event = join(folder, 'event.json')
  const argv = ['--badge', join(folder, 'badge.json'), '--badge-branch', 'badges']
  for (const name of ['push', 'workflow_dispatch']) {
    const pair = await startMirrored({ 'b.txt': 'b\n' })
    const [github, huggingface] = [pair.github.head('main')!, pair.huggingface.head('main')!]
    dispute(pair, ['a.txt'])
    await expectRun(pair, 2, ...argv)
    pair.github.refs.set('refs/heads/main', github)
    pair.huggingface.repository.branches.set('main', huggingface)
    Object.assign(pair.env, { GITHUB_EVENT_NAME: 'push', GITHUB_EVENT_PATH: event })
    writeFileSync(event, '{"forced":false}')
    expect((await expectRun(pair, 0, ...argv)).requests).toBe(2)
    expect(look(pair)).toEqual([[1, 'open', 0]])
    writeFileSync(event, '{"forced":true}')
    pair.env['GITHUB_EVENT_NAME'] = name
    expect((await pair.run()).requests).toBe(2)
    await expectRun(pair, 0, ...argv)
    expect(look(pair)).toEqual([[1, 'closed', 1]])
    expect(pair.github.files('badges').get('badge.json')!.content.toString()).toContain('"message":"in sync since ')
  }
  rmSync(folder, { recursive: true })
})
