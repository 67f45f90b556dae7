/** `--conflict-issue`: one issue for each mirror, from the first conflict to the last. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { StoredIssue } from '../hubs/github-repository.ts'
import type { Pair } from '../hubs/pair.ts'
import { act, expectInSync, startMirrored, type Files } from '../run/mirror-setup.ts'
import { asked, dispute, expectRun, issuesOf, look } from './issue-run.ts'
import { listCommands, parseOutputs } from './runner-commands.ts'

const option = '--conflict-issue'
const settled = '<!-- hubmirror state settled -->'

async function startConflict(files: readonly string[] = ['a.txt'], begun: Files = {}): Promise<Pair> {
  const pair = await startMirrored({ 'b.txt': 'b\n', ...begun })
  dispute(pair, files)
  return pair
}

test('an issue is opened with the first conflict, left alone while it lasts, and closed when an answer settles it', async () => {
  const pair = await startConflict()
  const first = await expectRun(pair, 2)
  expect(first.err).toContain('The conflicts are told in https://github.com/acme/corpus/issues/1')
  const [issue] = issuesOf(pair) as [StoredIssue]
  expect(issue).toMatchObject({
    title: 'The mirror of acme/corpus and datasets/acme/corpus has conflicts',
    labels: ['hubmirror'],
  })
  expect(issue.body).toMatch(
    /^<!-- hubmirror conflict datasets\/acme\/corpus main main -->\n<!-- hubmirror state \w{16} -->\n`acme/,
  )
  expect(issue.body).toMatch(/\n- \[GitHub\]\(<https:\/\/github\.com\/acme\/corpus\/blob\/[0-9a-f]{40}\/a\.txt>\)/)
  expect(issue.body).toMatch(
    /\n- \[Hugging Face\]\(<https:\/\/huggingface\.co\/datasets\/acme\/corpus\/blob\/[0-9a-f]{40}\/a\.txt>\)/,
  )
  expect(issue.body).toContain('\na.txt=github\na.txt=huggingface\n')
  const said = issue.body
  // Another change does not make the conflict another one.
  act(pair, 'github', { 'c.txt': 'c\n' })
  const second = await expectRun(pair, 0, '--json')
  expect([JSON.parse(second.out).status, asked(second.log)]).toEqual(['conflict', ['GET issues 200']])
  expect([issue.body, look(pair)]).toEqual([said, [[1, 'open', 0]]])
  await expectRun(pair, 0, '--take', 'a.txt=github')
  expect(look(pair)).toEqual([[1, 'closed', 1]])
  expect([issue.body.split('\n')[1], issue.comments[0]]).toEqual([
    settled,
    expect.stringMatching(
      /^Settled, and mirrored again: GitHub is at `[0-9a-f]{7}`, Hugging Face is at `[0-9a-f]{7}`\.$/,
    ),
  ])
  expect((await expectRun(pair, 0)).requests).toBe(2)
})

test('it changes with the conflicts, without a comment, and the run is red once more', async () => {
  const pair = await startConflict()
  await expectRun(pair, 2)
  dispute(pair, ['d.txt'])
  await expectRun(pair, 2)
  expect(issuesOf(pair)[0]!.body).toContain('`d.txt` add/add')
  await expectRun(pair, 0)
  // Of the same size, and another one.
  act(pair, 'huggingface', { 'd.txt': 'LINE of huggingface\n' })
  await expectRun(pair, 2)
  await expectRun(pair, 0)
  expect(look(pair)).toEqual([[1, 'open', 0]])
})

test('it is closed when people make both sides equal by hand', async () => {
  const pair = await startConflict()
  await expectRun(pair, 2)
  act(pair, 'huggingface', { 'a.txt': 'line of github\n' })
  await expectRun(pair, 0)
  expect(look(pair)).toEqual([[1, 'closed', 1]])
  await expectInSync(pair)
})

test('what comes back opens the same issue again', async () => {
  const pair = await startConflict()
  await expectRun(pair, 2)
  await expectRun(pair, 0, '--take', '*=github')
  dispute(pair, ['a.txt'], 'word')
  await expectRun(pair, 2)
  await expectRun(pair, 0)
  expect(look(pair)).toEqual([[1, 'open', 1]])
})

test('a person who closes it hears no more of it until something changes', async () => {
  const pair = await startConflict()
  await expectRun(pair, 2)
  issuesOf(pair)[0]!.state = 'closed'
  await expectRun(pair, 0)
  expect(look(pair)).toEqual([[1, 'closed', 0]])
  dispute(pair, ['d.txt'])
  await expectRun(pair, 2)
  expect(look(pair)).toEqual([[1, 'open', 0]])
  issuesOf(pair)[0]!.state = 'closed'
  await expectRun(pair, 0, '--take', '*=github')
  expect([look(pair), issuesOf(pair)[0]!.body.split('\n')[1]]).toEqual([[[1, 'closed', 0]], settled])
})

describe('there is never a second one,', () => {
  const isPost = ({ method, url }: Request) => method === 'POST' && url.endsWith('/issues')

  test.each([0, 3])('where the answer to the first is lost, and it is not seen in %i lists', async (unseenLists) => {
    const pair = await startConflict()
    pair.github.switches.unseenLists = 1 + unseenLists
    pair.github.faults.push({ on: isPost, when: 'after', act: 'drop' })
    await expectRun(pair, 2)
    expect(look(pair)).toEqual([[1, 'open', 0]])
    await expectRun(pair, 0)
  })

  test('where nothing tells that it was made, and the next run looks again', async () => {
    const pair = await startConflict()
    pair.github.switches.unseenLists = 13
    pair.github.faults.push({ on: isPost, when: 'after', act: { status: 502 } })
    expect((await expectRun(pair, 2)).err).toMatch(
      /warning: Cannot open an issue .* no clear answer.*the next run tries again/,
    )
    for (let left = 13; left > 0; left--) await pair.run(option)
    expect(look(pair).filter(([, state]) => state === 'open')).toEqual([[1, 'open', 0]])
  })

  test('where two runs open it at once', async () => {
    const pair = await startConflict()
    pair.github.faults.push({
      on: isPost,
      when: 'before',
      act: async () => {
        await expectRun(pair, 2)
      },
    })
    await expectRun(pair, 2)
    expect(look(pair)).toEqual([
      [1, 'open', 0],
      [2, 'closed', 0],
    ])
    await expectRun(pair, 0)
    await expectRun(pair, 0, '--take', '*=github')
    expect(look(pair).filter(([, state]) => state === 'open')).toEqual([])
  })

  test('where its label has to be made first', async () => {
    const pair = await startConflict()
    pair.github.switches.newLabels = 'left out'
    await expectRun(pair, 2)
    await expectRun(pair, 0)
    expect([look(pair), issuesOf(pair)[0]!.labels]).toEqual([[[1, 'open', 0]], ['hubmirror']])
  })

  test('where it can have no label, or somebody has taken it away', async () => {
    const pair = await startConflict()
    pair.github.switches.newLabels = 'refused'
    expect((await expectRun(pair, 2)).err).toMatch(/warning: Cannot make a label .*permissions: issues: write/)
    await expectRun(pair, 0)
    expect([look(pair), issuesOf(pair)[0]!.labels]).toEqual([[[1, 'open', 0]], []])
    await expectRun(pair, 0, '--take', '*=github')
    expect(look(pair)).toEqual([[1, 'closed', 1]])
  })

  test('and no other issue is taken for it', async () => {
    const pair = await startConflict()
    const mark = '<!-- hubmirror conflict datasets/acme/corpus main main -->'
    const others = [
      { title: 'Without the label', body: `${mark}\n${settled}`, labels: [] },
      { title: 'Another mirror', body: `${mark.replace('corpus', 'other')}\n${settled}`, labels: ['hubmirror'] },
      { title: 'With the mark further down', body: `Text\n${mark}\n${settled}`, labels: ['hubmirror'] },
      { title: 'A pull request', body: `${mark}\n${settled}`, labels: ['hubmirror'], isPull: true },
    ]
    for (const one of others) pair.github.repository.addIssue(one)
    await expectRun(pair, 2)
    await expectRun(pair, 0, '--take', '*=github')
    expect(issuesOf(pair).slice(0, 4)).toMatchObject(others)
    expect(look(pair)[4]).toEqual([5, 'closed', 1])
  })

  test('but one for each branch', async () => {
    const pair = await startConflict()
    for (const side of ['github', 'huggingface'] as const) {
      const at = pair[side].head('main')!
      if (side === 'github') pair.github.refs.set('refs/heads/dev', at)
      else pair.huggingface.repository.branches.set('dev', at)
    }
    await expectRun(pair, 2, '--branch', 'main', '--branch', 'dev')
    await expectRun(pair, 0, '--branch', 'main', '--branch', 'dev')
    expect(look(pair)).toEqual([
      [1, 'open', 0],
      [2, 'open', 0],
    ])
  })
})

describe('a conflict is told as ever, with a warning,', () => {
  test.each([
    [
      'off',
      /Cannot open an issue of GitHub .* answered 410 .* turn them on in its settings, or leave out --conflict-issue/,
    ],
    ['none', /answered 403 .*--conflict-issue needs `permissions: issues: write` in a workflow/],
    ['read', /Cannot open an issue .*answered 403 .*--conflict-issue needs `permissions: issues: write` in a workflow/],
  ] as const)('where issues are %s', async (issues, says) => {
    const pair = await startConflict()
    pair.github.switches.issues = issues
    const ran = await expectRun(pair, 2)
    expect([ran.err, ran.out]).toEqual([expect.stringMatching(says), expect.stringContaining('a.txt')])
    await expectRun(pair, 0, '--take', '*=github')
  })
})

test('a dry run, a run without the option, and one in sync ask for no issue', async () => {
  const pair = await startConflict()
  const runs = [await pair.run(option, '--dry-run'), await pair.run()]
  expect(runs.map(({ exitCode, log }) => [exitCode, asked(log)])).toEqual([
    [2, []],
    [2, []],
  ])
  await pair.run('--take', '*=github')
  expect((await expectRun(pair, 0)).requests).toBe(2)
})

test('lines are told where the issue has the readers of the log, and nowhere else', async () => {
  const shown: boolean[] = []
  for (const [actions, repository] of [
    ['true', 'acme/corpus'],
    ['true', 'acme/mirrors'],
    ['', 'acme/corpus'],
  ] as const) {
    const pair = await startConflict()
    Object.assign(pair.env, { GITHUB_ACTIONS: actions, GITHUB_REPOSITORY: repository })
    await expectRun(pair, 2, '--github', 'acme/corpus')
    shown.push(issuesOf(pair)[0]!.body.includes('line of huggingface'))
  }
  expect(shown).toEqual([true, false, false])
})

test('names, titles and lines stay code in it, and ping and close nothing', async () => {
  const hostile =
    'Fixes #12 @octocat GH-3 acme/other#4 https://github.com/acme/corpus/issues/5 <!-- x --> ![x](y) a|b.md'
  const pair = await startConflict([hostile])
  Object.assign(pair.env, { GITHUB_ACTIONS: 'true', GITHUB_RUN_ID: '42' })
  pair.github.commit('main', {
    files: { [hostile]: `${hostile}\n` },
    message: hostile,
    author: { name: hostile, email: 'a@b.c' },
  })
  await expectRun(pair, 2)
  const { title, body } = issuesOf(pair)[0]!
  const text = body
    .split('\n')
    .slice(2)
    .join('\n')
    .replaceAll(/^(`{3,})\n[^]*?\n\1$/gm, '')
    .replaceAll(/(`+)(?!`).+?(?<!`)\1(?!`)/g, '')
    .replaceAll(/\[(?:GitHub|Hugging Face|the run that found this)\]\(<https:[^<>\s|`\\]*>\)/g, '')
  expect(title + text).not.toMatch(/[@#<>![\]*_~]|GH-|https?:/)
  expect(body).toContain('https://github.com/acme/corpus/actions/runs/42')
})

test('in a workflow the conflicts are errors once, then a notice, and the status stays', async () => {
  const pair = await startConflict()
  const folder = mkdtempSync(join(tmpdir(), 'issue-'))
  Object.assign(pair.env, { GITHUB_ACTIONS: 'true', GITHUB_OUTPUT: join(folder, 'outputs') })
  const [first, second] = [await expectRun(pair, 2), await expectRun(pair, 0)]
  const levels = ({ err }: typeof first) => listCommands(err).map(({ name }) => name)
  expect([levels(first), levels(second)]).toEqual([['error', 'notice'], ['notice']])
  expect(listCommands(second.err)[0]!.data).toBe(
    '1 conflict, the same as before: https://github.com/acme/corpus/issues/1',
  )
  expect(parseOutputs(readFileSync(join(folder, 'outputs'), 'utf8'))).toMatchObject({ status: 'conflict' })
  rmSync(folder, { recursive: true })
})
