/** What keeps tags from being mirrored: brakes, refusals, tokens, lists that lag behind, and other runs. */
import { expect, test } from 'vitest'
import { tokens } from '../hubs/pair.ts'
import { startMissing } from './create-setup.ts'
import { act } from './mirror-setup.ts'
import { log, record, startLong, startTagged, tagsOf } from './tags-setup.ts'

test('deletions of all tags, or of one on which a release stands, are held back until they are allowed', async () => {
  const pair = await startTagged()
  pair.github.switches.releases.add('v1')
  for (const name of ['v1', 'v2', 'v3']) pair.huggingface.tag(name, null)
  const ran = await pair.run('--tags')
  expect([ran.exitCode, Object.keys(pair.github.tags)]).toEqual([3, ['v1', 'v2', 'v3']])
  expect(ran.out).toContain('Hugging Face deleted 3 of 3 tags')
  pair.huggingface.tag('v3', log(pair, 'huggingface')[1]!)
  const second = await pair.run('--tags')
  // Something was written: v2 is gone.
  expect([second.exitCode, Object.keys(pair.github.tags)]).toEqual([1, ['v1', 'v3']])
  expect(second.out).toContain('as by a release: they are not deleted there. They are "v1"')
  expect([(await pair.run('--tags', '--allow-delete')).exitCode, Object.keys(pair.github.tags)]).toEqual([0, ['v3']])
})

test('a rule of GitHub or a name that the Hub refuses stops that tag alone', async () => {
  const pair = await startLong()
  pair.github.switches.protectedTags.add('v2')
  pair.huggingface.switches.refusedTags.set('odd', 'Invalid tag name')
  for (const name of ['v1', 'odd']) pair.github.tag(name, log(pair, 'github')[1]!)
  for (const name of ['v2', 'v3']) pair.huggingface.tag(name, log(pair, 'huggingface')[1]!)
  const ran = await pair.run('--tags')
  expect([ran.exitCode, Object.keys(pair.github.tags), Object.keys(pair.huggingface.tags).toSorted()]).toEqual([
    1,
    ['odd', 'v1', 'v3'],
    ['v1', 'v2', 'v3'],
  ])
  expect(ran.out).toContain('push declined due to repository rule violations')
  expect(ran.out).toContain('Hugging Face answered 400 "Invalid tag name"')
  const again = await pair.run('--tags')
  expect([again.exitCode, again.out.match(/refused:/g)?.length]).toEqual([3, 2])
})

test('a token that may only read writes no tag on either side', async () => {
  const pair = await startLong({ env: { HF_TOKEN: tokens.huggingfaceRead } })
  pair.github.tag('v1', log(pair, 'github')[1]!)
  pair.huggingface.tag('v2', log(pair, 'huggingface')[1]!)
  const before = tagsOf(pair)
  expect([(await pair.run('--tags')).exitCode, tagsOf(pair)]).toEqual([4, before])
})

test('a list that lacks a tag which is there deletes nothing', async () => {
  const pair = await startTagged()
  const { tags } = pair.huggingface.repository
  const before = pair.github.tags
  // The list is asked first, and the tag alone right after it.
  const commit = tags.get('v1')!
  tags.delete('v1')
  pair.huggingface.faults.push({
    on: ({ url }) => url.includes('refs%2Ftags%2Fv1'),
    when: 'before',
    act: () => void tags.set('v1', commit),
    times: 1,
  })
  const ran = await pair.run('--tags')
  expect([ran.exitCode, pair.github.tags]).toEqual([1, before])
  expect(ran.err).toContain('and the tag is there all the same; run again later')
})

test('another run that changes the record at the same time is waited for', async () => {
  const pair = await startLong()
  pair.github.tag('v1', log(pair, 'github')[1]!)
  const other = await startTagged({}, ['v1'])
  const [[ref, oid]] = record(other) as [[string, string]]
  let isDone = false
  pair.github.faults.push({
    on: ({ method, url }) => method === 'POST' && url.includes('git-receive-pack') && !isDone,
    when: 'before',
    act: () => {
      isDone = true
      pair.github.store.writeBlob(other.github.store.read(oid, 'blob'))
      pair.github.refs.set(ref, oid)
    },
    times: 1,
  })
  expect([(await pair.run('--tags')).exitCode, (await pair.run('--tags')).requests]).toEqual([0, 4])
})

test('a Hub that tells the objects of annotated tags is no reason for a conflict', async () => {
  const pair = await startLong({ huggingface: { switches: { tellsTagObjects: true } } })
  pair.github.tag('v1', log(pair, 'github')[1]!, 'First\n')
  expect((await pair.run('--tags')).exitCode).toBe(0)
  const again = await pair.run('--tags')
  expect([again.exitCode, again.requests, Object.keys(pair.huggingface.tags)]).toEqual([0, 4, ['v1']])
})

test('a copy that was amended since is no copy: its original keeps its tag to itself', async () => {
  const pair = await startLong()
  const original = act(pair, 'github', { 'x.txt': 'x\n' })
  expect((await pair.run()).exitCode).toBe(0)
  const { git } = pair.huggingface
  const copy = git.readCommit(pair.huggingface.head('main')!)
  const tree = git.editFiles(copy.tree, [['x.txt', { mode: '100644', oid: git.writeBlob('other\n') }]])
  pair.huggingface.gitPush('main', git.writeCommit({ ...copy, tree }))
  pair.github.tag('v1', original)
  const ran = await pair.run('--tags')
  expect([ran.exitCode, pair.huggingface.tags]).toEqual([0, {}])
  expect(ran.out).toContain('its commit is not mirrored yet')
})

test('tags wait for a repository that is still to be made, and for a branch that gets through', async () => {
  const pair = startMissing('huggingface')
  pair.github.tag('v1', pair.github.head('main'))
  const dry = await pair.run('--tags', '--create', '--dry-run')
  expect([dry.exitCode, dry.out], dry.err).toEqual([0, expect.stringContaining('a repository is still to be made')])
  const ran = await pair.run('--tags')
  expect([ran.exitCode, ran.out]).toEqual([4, expect.stringContaining('not tried: a token was denied')])
  expect((await pair.run('--tags', '--create')).exitCode).toBe(0)
  expect(pair.huggingface.tags).toEqual({ v1: pair.huggingface.head('main') })
  act(pair, 'github', { 'README.md': null })
  const refused = await pair.run('--tags', '--max-delete', '0')
  expect([refused.exitCode, refused.out]).toEqual([3, expect.stringContaining('not tried: no branch got through')])
})

test('a tag whose name a branch of the other side has stays, also where nobody mirrors the branch', async () => {
  const pair = await startLong()
  pair.huggingface.repository.branches.set('dev', log(pair, 'huggingface')[1]!)
  pair.github.refs.set('refs/heads/next', log(pair, 'github')[1]!)
  pair.github.tag('dev', log(pair, 'github')[0]!)
  pair.huggingface.tag('next', log(pair, 'huggingface')[0]!)
  const ran = await pair.run('--tags')
  expect([ran.exitCode, Object.keys(pair.github.tags), Object.keys(pair.huggingface.tags)]).toEqual([
    0,
    ['dev'],
    ['next'],
  ])
  expect(ran.out.match(/a branch of the other side has its name/g)).toHaveLength(2)
})

test('a rule of GitHub against the record is told as one', async () => {
  const pair = await startLong()
  pair.github.tag('v1', log(pair, 'github')[1]!)
  const [[ref]] = record(await startTagged({}, ['v1'])) as [[string, string]]
  pair.github.switches.protectedTags.add(ref)
  const ran = await pair.run('--tags')
  expect([ran.exitCode, Object.keys(pair.huggingface.tags)]).toEqual([3, ['v1']])
  expect(ran.err).toMatch(/Cannot keep the record of tags in .*a rule of the repository is against it/)
})

test.each(['PGP SIGNATURE', 'SSH SIGNATURE', 'SIGNED MESSAGE'])('a %s does not go along', async (kind) => {
  const pair = await startLong()
  pair.github.tag('v1', log(pair, 'github')[1]!, `First, as in -----BEGIN ${kind}-----\n-----BEGIN ${kind}-----\nx\n`)
  expect((await pair.run('--tags')).exitCode).toBe(0)
  const object = pair.huggingface.git.read(pair.huggingface.repository.tagObjects.get('v1')!, 'tag').toString()
  expect(object.split('\n\n')[1]!.trim()).toBe(`First, as in -----BEGIN ${kind}-----`)
})
