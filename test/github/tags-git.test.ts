/** Tags and their record, as real git takes and tells them. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { MovedError } from '../../lib/model/errors.ts'
import { hasGit } from '../git-judge.ts'
import { startWorld } from './setup.ts'

const folder = mkdtempSync(join(tmpdir(), 'tags-'))
afterAll(() => rmSync(folder, { recursive: true }))

const env = { PATH: process.env['PATH'], GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' }

it.skipIf(!hasGit)('git itself makes, tells, moves and deletes what is asked of it', async () => {
  const world = startWorld()
  const [one, two] = [world.commit({ 'a.txt': 'a\n' }), world.commit({ 'a.txt': 'b\n' })] as const
  world.hub.tag('old', one, 'Old\n')
  const oldOid = world.hub.refs.get('refs/tags/old')!
  world.hub.writeBareRepository(folder)
  const git = (...argv: string[]) => execFileSync('git', ['-C', folder, ...argv], { env, encoding: 'utf8' })
  git('config', 'receive.fsckObjects', 'true')
  const fake = world.hub.fetch.bind(world.hub)
  world.hub.fetch = async (request) => {
    const [, service] = /\/git-(receive-pack|upload-pack)$/.exec(request.url) ?? []
    if (service === undefined) return fake(request)
    const input = Buffer.from(await request.arrayBuffer())
    const protocol = request.headers.get('git-protocol')
    const { stdout } = spawnSync('git', [service, '--stateless-rpc', folder], {
      input,
      env: { ...env, ...(protocol !== null && { GIT_PROTOCOL: protocol }) },
    })
    return new Response(new Uint8Array(stdout))
  }
  const { tags } = world.remote
  const edit = { before: null, message: null }
  expect(
    await tags.write([
      { ...edit, name: 'v1', commit: one },
      { ...edit, name: 'data/ü', commit: two },
    ]),
  ).toEqual(new Map())
  expect(await tags.read('key')).toEqual({
    tags: new Map([
      ['data/ü', { oid: two, commit: two }],
      ['old', { oid: oldOid, commit: one }],
      ['v1', { oid: one, commit: one }],
    ]),
    branches: new Set(['main']),
    record: null,
  })
  const removal = { name: 'old', before: { oid: oldOid, commit: one }, commit: null, message: null }
  const late = { name: 'v1', before: { oid: two, commit: two }, commit: null, message: null }
  expect([...(await tags.write([removal, late, { ...edit, name: 'data/ü', commit: one }])).keys()]).toEqual([
    'v1',
    'data/ü',
  ])
  const records = tags.records!
  await records.write('key', null, 'one\n')
  const { record } = await tags.read('key')
  await records.write('key', record, 'two\n')
  await expect(records.write('key', record, 'three\n')).rejects.toThrow(MovedError)
  expect(git('for-each-ref', '--format=%(refname) %(objecttype)').trim().split('\n')).toEqual([
    'refs/heads/main commit',
    'refs/hubmirror-tags/key blob',
    'refs/tags/data/ü commit',
    'refs/tags/v1 commit',
  ])
  expect(git('cat-file', 'blob', 'refs/hubmirror-tags/key')).toBe('two\n')
  expect(git('rev-parse', 'v1', 'data/ü').trim().split('\n')).toEqual([one, two])
})
