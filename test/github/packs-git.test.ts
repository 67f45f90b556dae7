/** Packs as real git gives and takes them; and packs that are not what they should be. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { formatPack } from '../../lib/github/pack.ts'
import { parsePack } from '../../lib/github/unpack.ts'
import { hasGit } from '../git-judge.ts'
import { blobId, startWorld } from './setup.ts'

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

it.skipIf(!hasGit)(
  'a pack with differences is read to the last byte, and one that is cut, changed or too long is none',
  () =>
    withRepository((folder) => {
      const world = startWorld()
      world.commit(files)
      world.hub.writeBareRepository(folder)
      const ids = Object.values(files).map(blobId)
      const pack = execFileSync('git', ['-C', folder, 'pack-objects', '--stdout', '--window=50', '-q'], {
        env,
        input: `${ids.join('\n')}\n`,
        maxBuffer: 2 ** 26,
      })
      const byteLength = Object.values(files).reduce((sum, content) => sum + content.length, 0)
      expect(
        execFileSync('git', ['index-pack', '--stdin', '-v'], {
          cwd: folder,
          env,
          input: pack,
          stdio: ['pipe', 'pipe', 'pipe'],
        }).toString(),
      ).toMatch(/^(?:pack|keep)/)
      expect(pack.length).toBeLessThan(byteLength / 4)
      const found = parsePack(pack, byteLength)
      expect(new Set(found?.keys())).toEqual(new Set(ids))
      for (const content of Object.values(files)) expect(found!.get(blobId(content))!.body.equals(content)).toBe(true)
      expect(parsePack(pack, byteLength - 1)).toBe(null)
      for (let at = 0; at < pack.length; at += 997) {
        const changed = Buffer.from(pack)
        changed[at]! ^= 64
        expect([parsePack(changed, byteLength), parsePack(pack.subarray(0, at), byteLength)]).toEqual([null, null])
      }
      // With the right hash at its end what is inside must be judged by itself.
      const other = files['s/0.bin']!
      const lone = execFileSync('git', ['-C', folder, 'pack-objects', '--stdout', '-q'], {
        env,
        input: `${blobId(other)}\n`,
      })
      expect(parsePack(lone, other.length)?.get(blobId(other))?.body.equals(other)).toBe(true)
      expect(parsePack(lone, other.length - 1)).toBe(null)
    }),
)

it.skipIf(!hasGit)('a pack that is written here is indexed, whatever lengths its objects have', () =>
  withRepository(async (folder) => {
    const lengths = [0, 1, 15, 16, 17, 2_047, 2_048, 2_049, 300_000]
    const pack = await formatPack(lengths.map((byteLength) => ({ type: 'blob', body: Buffer.alloc(byteLength, 'x') })))
    execFileSync('git', ['init', '-q', '--bare', folder], { env })
    const index = { cwd: folder, env, input: pack, encoding: 'utf8' } as const
    const { status, stderr } = spawnSync('git', ['index-pack', '--strict', '--stdin'], index)
    expect(status, stderr).toBe(0)
  }),
)
