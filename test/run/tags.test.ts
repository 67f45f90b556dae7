/** Tags, mirrored between both fake services by the command itself. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { hasGit } from '../git-judge.ts'
import { copyPair, tokens, type Pair } from '../hubs/pair.ts'
import { act } from './mirror-setup.ts'
import { log, record, startAside, startLong, startTagged, tagsOf } from './tags-setup.ts'

const folder = mkdtempSync(join(tmpdir(), 'tags-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** The document of the run that was about tags. */
async function runJson(pair: Pair, ...argv: string[]) {
  const { out, exitCode } = await pair.run('--tags', '--json', ...argv)
  const { runs } = JSON.parse(out)
  return { exitCode, ...runs.at(-1).report, name: runs.at(-1).name }
}

describe('a tag', () => {
  test('that is new goes to the copy of its commit, and then a run costs one question more a side', async () => {
    const pair = await startLong()
    const [third, second, first] = log(pair, 'github') as [string, string, string]
    const [copyOf3, copyOf2, copyOf1] = log(pair, 'huggingface') as [string, string, string]
    pair.github.tag('v1', first)
    pair.github.tag('data/v2', second, 'Second\n\nwith a body\n')
    pair.huggingface.tag('v3', copyOf3)
    const ran = await pair.run('--tags')
    expect([ran.exitCode, ran.err]).toEqual([0, ''])
    expect(tagsOf(pair)).toEqual({
      github: { 'v1': first, 'data/v2': second, 'v3': third },
      huggingface: { 'v1': copyOf1, 'data/v2': copyOf2, 'v3': copyOf3 },
    })
    expect(ran.out).toContain(
      `+ tag v3       on GitHub at ${third.slice(0, 7)}, as on Hugging Face at ${copyOf3.slice(0, 7)}`,
    )
    expect(ran.out).toContain('Mirrored tags: 1 tag made on GitHub, 2 tags made on Hugging Face.')
    const again = await pair.run('--tags')
    expect([again.exitCode, again.requests]).toEqual([0, 4])
    expect((await pair.run()).requests).toBe(2)
  })

  test.skipIf(!hasGit)('that is annotated keeps its message, as git reads both repositories', async () => {
    const pair = await startLong()
    pair.github.tag('v1', log(pair, 'github')[1]!, 'First\n\nrelease\n')
    pair.github.tag('plain', log(pair, 'github')[1]!)
    await pair.run('--tags')
    const git = (name: string, ...argv: string[]) =>
      execFileSync('git', ['-C', join(folder, name), ...argv], { encoding: 'utf8' })
    pair.github.repository.writeBareRepository(join(folder, 'github'))
    pair.huggingface.repository.writeBareRepository(join(folder, 'huggingface'))
    const format = '--format=%(refname) %(objecttype) %(if:equals=tag)%(objecttype)%(then)%(contents)%(end)'
    expect(git('huggingface', 'for-each-ref', format, 'refs/tags').trim().split(/\n+/)).toEqual(
      git('github', 'for-each-ref', format, 'refs/tags').trim().split(/\n+/),
    )
    for (const name of ['github', 'huggingface']) git(name, 'fsck', '--strict')
    const [[, oid]] = record(pair) as [[string, string]]
    expect(git('github', 'cat-file', 'blob', oid)).toMatch(/^# Tags .*\n.*\nplain [0-9a-f]{40} [0-9a-f]{40}\nv1 /)
    expect(git('github', 'clone', '-q', '--bare', '.', join(folder, 'clone'))).toBe('')
    expect(git('clone', 'for-each-ref').includes('hubmirror')).toBe(false)
  })

  test('on a commit that changes nothing of what is mirrored goes to the copy of the one before', async () => {
    const pair = await startLong()
    act(pair, 'github', { '.github/workflows/ci.yml': 'on: push\n' })
    pair.github.tag('v1', pair.github.head('main')!)
    expect((await pair.run('--tags')).exitCode).toBe(0)
    expect(pair.huggingface.tags).toEqual({ v1: pair.huggingface.head('main') })
  })

  test('that was deleted on one side is deleted on the other', async () => {
    const pair = await startTagged()
    pair.github.tag('v1', null)
    pair.huggingface.tag('v2', null)
    const ran = await pair.run('--tags')
    expect([ran.exitCode, Object.keys(pair.github.tags), Object.keys(pair.huggingface.tags)]).toEqual([
      0,
      ['v3'],
      ['v3'],
    ])
    expect(ran.out).toContain('- tag v1  on Hugging Face, since it was deleted on GitHub')
    expect((await pair.run('--tags')).requests).toBe(4)
  })

  test('that was the last one takes the record with it', async () => {
    const pair = await startTagged({}, ['v1'])
    pair.huggingface.tag('v1', null)
    expect([(await pair.run('--tags')).exitCode, pair.github.tags, record(pair)]).toEqual([0, {}, []])
    expect((await pair.run('--tags')).requests).toBe(4)
  })

  test('that was moved is a conflict which stops no other tag, until it is deleted on the side that is wrong', async () => {
    const pair = await startTagged()
    const before = pair.huggingface.tags['v1']
    pair.github.tag('v1', pair.github.head('main')!)
    pair.github.tag('v4', pair.github.head('main')!)
    const ran = await pair.run('--tags')
    expect([ran.exitCode, pair.huggingface.tags['v1']]).toEqual([2, before])
    expect(pair.huggingface.tags['v4']).toBe(pair.huggingface.head('main'))
    expect(ran.out).toContain(
      'it was moved on GitHub. No tag is ever moved: delete it on Hugging Face to have it there, too',
    )
    expect((await runJson(pair)).tags.conflicts).toHaveLength(1)
    pair.huggingface.tag('v1', null)
    expect([(await pair.run('--tags')).exitCode, pair.huggingface.tags['v1']]).toEqual([
      0,
      pair.huggingface.head('main'),
    ])
    expect((await pair.run('--tags')).requests).toBe(4)
  })

  test('that was moved, and is deleted on the side where it was moved, is made there again as it was', async () => {
    const pair = await startTagged()
    const before = tagsOf(pair)
    pair.github.tag('v1', pair.github.head('main')!)
    expect((await pair.run('--tags')).exitCode).toBe(2)
    expect((await pair.run('--tags')).out).toContain('it was moved on GitHub')
    pair.github.tag('v1', null)
    expect((await pair.run('--tags')).exitCode).toBe(0)
    expect([tagsOf(pair), (await pair.run('--tags')).requests]).toEqual([before, 4])
  })

  test('that was moved and is put back is as it was, and who deletes it then deletes it', async () => {
    const pair = await startTagged()
    const before = pair.github.tags['v1']!
    pair.github.tag('v1', pair.github.head('main')!)
    expect((await pair.run('--tags')).exitCode).toBe(2)
    pair.github.tag('v1', before)
    expect((await pair.run('--tags')).exitCode).toBe(0)
    pair.github.tag('v1', null)
    expect([(await pair.run('--tags')).exitCode, Object.keys(pair.huggingface.tags)]).toEqual([0, ['v2', 'v3']])
  })

  test('in the midst of squashed commits stays, is told until a second run has found the same, and does not stop the branch', async () => {
    const pair = await startLong()
    pair.github.tag('v1', act(pair, 'github', { 'x.txt': 'x\n' }))
    act(pair, 'github', { 'y.txt': 'y\n' })
    const ran = await pair.run('--tags', '--squash')
    expect([ran.exitCode, pair.huggingface.tags]).toEqual([0, {}])
    expect(ran.out).toContain('no commit of the other side has the files of its commit')
    expect(ran.out).toContain(`that has a copy is ${pair.github.head('main')!.slice(0, 7)}: a tag there goes along`)
    const told: [code: number, requests: number, isTold: boolean][] = []
    for (let run = 0; run < 2; run++) {
      const { exitCode, requests, out } = await pair.run('--tags')
      told.push([exitCode, requests, out.includes('v1')])
    }
    expect(told).toEqual([
      [0, 12, true],
      [0, 4, false],
    ])
    expect((await pair.run('--tags', '--verify')).out).toContain('Tags are equal, but for 1 tag that no run carries.')
  })

  test('whose commit the Hub does not list yet goes along when it does', async () => {
    const pair = await startTagged()
    pair.huggingface.tag('v9', act(pair, 'huggingface', { 'x.txt': 'x\n' }))
    expect((await pair.run()).exitCode).toBe(0)
    const around = async (request: Request, handle: (request: Request) => Promise<Response>) =>
      Response.json(((await (await handle(request)).json()) as object[]).slice(1))
    // The run of the branch sees it.
    let asked = 0
    const on = ({ url }: Request) => url.includes('/commits/') && ++asked > 1
    pair.huggingface.faults.push({ on, when: 'before', act: { around }, times: Infinity })
    expect((await pair.run('--tags')).out).toContain('its commit is in no branch that is mirrored')
    pair.huggingface.faults.length = 0
    expect((await pair.run('--tags')).exitCode).toBe(0)
    expect(pair.github.tags['v9']).toBe(pair.github.head('main'))
  })

  test('of a branch that is not mirrored stays, and goes along when a run brings its commit', async () => {
    const { pair, side } = await startAside()
    const ran = await pair.run('--tags')
    expect([ran.exitCode, pair.huggingface.tags]).toEqual([0, {}])
    expect(ran.out).toContain('its commit is in no branch that is mirrored')
    pair.github.refs.set('refs/heads/main', side)
    expect((await pair.run('--tags')).exitCode).toBe(0)
    expect(pair.huggingface.tags).toEqual({ v1: pair.huggingface.head('main') })
  })

  test('of another branch that is mirrored goes along after all branches', async () => {
    const { pair } = await startAside()
    pair.github.tag('v2', log(pair, 'github')[1]!)
    const ran = await pair.run('--tags', '--branch', 'main', '--branch', 'dev')
    expect(ran.exitCode, ran.out + ran.err).toBe(0)
    expect(pair.huggingface.tags).toEqual({ v1: pair.huggingface.head('dev'), v2: log(pair, 'huggingface')[1] })
    expect((await pair.run('--tags', '--branch', 'main', '--branch', 'dev')).requests).toBe(6)
  })
})

describe('a run', () => {
  test('that is dry writes nothing, and tells what would be and what waits for its commit', async () => {
    const pair = await startLong()
    pair.github.tag('v1', log(pair, 'github')[1]!)
    pair.huggingface.tag('v2', act(pair, 'huggingface', { 'n.txt': 'n\n' }))
    const before = tagsOf(pair)
    const ran = await pair.run('--tags', '--dry-run', '--detailed-exitcode')
    expect([ran.exitCode, tagsOf(pair), record(pair)]).toEqual([10, before, []])
    expect(ran.out).toContain('+ tag v1')
    expect(ran.out).toContain('its commit is not mirrored yet')
    const { status, tags, name } = await runJson(pair)
    expect([name, status, tags.moves.length]).toEqual(['tags', 'mirrored', 2])
  })

  test('that is dry tells of a token that may only read, and goes on without any', async () => {
    const pair = await startLong()
    pair.github.tag('v1', log(pair, 'github')[1]!)
    const dry = (env: Record<string, string>) => copyPair(pair, { env }).run('--tags', '--dry-run')
    expect((await dry({ HF_TOKEN: tokens.huggingfaceRead })).exitCode).toBe(4)
    const { exitCode, out } = await dry({ HF_TOKEN: '' })
    expect([exitCode, out.includes('+ tag v1'), out.includes('HF_TOKEN is not set')]).toEqual([0, true, true])
  })

  test('with --verify says whether tags are equal', async () => {
    const pair = await startTagged()
    expect((await pair.run('--tags', '--verify')).exitCode).toBe(0)
    pair.huggingface.tag('v9', pair.huggingface.head('main'))
    const before = tagsOf(pair)
    const ran = await pair.run('--tags', '--verify')
    expect([ran.exitCode, tagsOf(pair)]).toEqual([5, before])
    expect(ran.out).toContain('Tags are not equal.')
  })

  test('to Hugging Face alone needs no token that writes GitHub, and keeps no record', async () => {
    const pair = await startLong({ env: { GITHUB_TOKEN: tokens.githubRead } })
    pair.github.tag('v1', log(pair, 'github')[1]!)
    pair.huggingface.tag('own', pair.huggingface.head('main'))
    const argv = ['--tags', '--to', 'huggingface']
    const ran = await pair.run(...argv)
    expect([ran.exitCode, Object.keys(pair.huggingface.tags), record(pair)]).toEqual([0, ['own', 'v1'], []])
    expect(ran.out).toContain('this run may neither make it on the other side nor delete it here')
    expect([Object.keys(pair.github.tags), (await pair.run(...argv)).requests]).toEqual([['v1'], 6])
    pair.github.tag('v1', pair.github.head('main')!)
    expect((await pair.run(...argv)).exitCode).toBe(2)
  })

  test('to Hugging Face alone deletes nothing, and makes again what was deleted there', async () => {
    const pair = await startTagged()
    pair.github.tag('v1', null)
    pair.huggingface.tag('v2', null)
    expect((await pair.run('--tags', '--to', 'huggingface')).exitCode).toBe(0)
    expect(Object.keys(pair.github.tags)).toEqual(['v2', 'v3'])
    expect(Object.keys(pair.huggingface.tags).toSorted()).toEqual(['v1', 'v2', 'v3'])
  })

  test('to GitHub alone keeps the record, and deletes there', async () => {
    const pair = await startTagged()
    pair.huggingface.tag('v1', null)
    pair.github.tag('own', pair.github.head('main'))
    expect((await pair.run('--tags', '--to', 'github')).exitCode).toBe(0)
    expect([Object.keys(pair.github.tags), Object.keys(pair.huggingface.tags)]).toEqual([
      ['own', 'v2', 'v3'],
      ['v2', 'v3'],
    ])
  })

  test('finds the default branch as the run before it did', async () => {
    const pair = await startTagged({ github: { defaultBranch: 'trunk' } })
    pair.github.refs.set('refs/heads/trunk', act(pair, 'github', { 't.txt': 't\n' }))
    pair.github.refs.delete('refs/heads/main')
    pair.github.tag('v9', pair.github.head('trunk'))
    const ran = await pair.run('--tags')
    expect([ran.exitCode, pair.huggingface.tags['v9']], ran.out + ran.err).toEqual([0, pair.huggingface.head('main')])
    expect((await pair.run('--tags')).exitCode).toBe(0)
  })

  test.each([[['v1']], [['v1', 'v2']]])('makes tags %j again in a repository that was made again', async (names) => {
    const pair = await startTagged({}, names)
    const { repository } = pair.huggingface
    const before = pair.github.tags
    for (const map of [repository.branches, repository.tags, repository.tagObjects]) map.clear()
    // Of another user, since the clock stands still: else the commits would be the same ones.
    repository.writeInitialCommit('bob')
    expect((await pair.run('--tags')).exitCode).toBe(0)
    expect([pair.github.tags, Object.keys(pair.huggingface.tags)]).toEqual([before, names])
    pair.huggingface.tag(names[0]!, null)
    expect((await pair.run('--tags')).exitCode).toBe(0)
    expect(pair.github.tags[names[0]!]).toBeUndefined()
  })

  test('without a record deletes nothing: what was deleted comes back', async () => {
    const pair = await startTagged()
    pair.github.tag('v1', null)
    for (const [ref] of record(pair)) pair.github.refs.delete(ref)
    expect((await pair.run('--tags')).exitCode).toBe(0)
    expect(Object.keys(pair.github.tags)).toEqual(['v1', 'v2', 'v3'])
  })
})
