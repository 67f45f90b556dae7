/** Files that real git gives. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { hasGit } from '../git-judge.ts'
import { startWorld } from './setup.ts'

const row = (index: number) =>
  `${index},${Buffer.from(`row ${index * 7919}`).toString('base64')},${(index * 2_654_435_761) % 1_000_003}\n`
const table = (from: number, rowCount: number) =>
  Buffer.from(Array.from({ length: rowCount }, (_, index) => row(from + index)).join(''))
/**
 * Versions of one table, so that git stores most of them as what differs; long ones, so that a copy is longer than 64
 * kB; and others.
 */
const files: Record<string, Buffer> = {
  ...Object.fromEntries(
    Array.from({ length: 20 }, (_, index) => [
      `t/${index}.bin`,
      Buffer.concat([Buffer.from([0, index]), table(index, 400), table(9_000 + index, 50)]),
    ]),
  ),
  ...Object.fromEntries(
    Array.from({ length: 4 }, (_, index) => [
      `z/${index}.bin`,
      Buffer.concat([table(0, 12_000 + index), Buffer.from([0])]),
    ]),
  ),
  ...Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`s/${index}.bin`, Buffer.from([0, 255, index])])),
}

function withRepository(run: (folder: string) => void | Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'fetch-'))
  return Promise.resolve(run(folder)).finally(() => rmSync(folder, { recursive: true }))
}

const env = { PATH: process.env['PATH'], GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' }

it.skipIf(!hasGit)('files that no archive brings come from git itself', () =>
  withRepository(async (folder) => {
    const world = startWorld({ switches: { archiveStatus: 404 } })
    const base = world.commit({ 'a.txt': 'a\n' })
    const head = world.commit(files)
    world.hub.writeBareRepository(folder)
    execFileSync('git', ['-C', folder, 'repack', '-adfq', '--window=50'], { env })
    let asked = 0
    const fake = world.hub.fetch.bind(world.hub)
    world.hub.fetch = async (request) => {
      if (!request.url.endsWith('/git-upload-pack')) return fake(request)
      asked += 1
      const input = Buffer.from(await request.arrayBuffer())
      const { stdout } = spawnSync(
        'git',
        ['-c', 'uploadpack.allowAnySHA1InWant=true', 'upload-pack', '--stateless-rpc', folder],
        { input, env: { ...env, GIT_PROTOCOL: request.headers.get('git-protocol')! }, maxBuffer: 2 ** 26 },
      )
      return new Response(new Uint8Array(stdout), {
        headers: { 'content-type': 'application/x-git-upload-pack-result' },
      })
    }
    const changes = await world.remote.readChanges(base, head, () => true)
    world.takeRequests()
    for (const { path, after } of changes)
      expect(Buffer.from(await world.remote.readContent(head, path, after!)).equals(files[path]!), path).toBe(true)
    expect([asked, world.takeRequests().filter((line) => line.includes('git/blobs'))]).toEqual([1, []])
  }),
)
