/** Packs as real git gives and takes them. */
import { spawnSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Unpacked } from '../../lib/git-wire/pack.ts'
import { formatPack } from '../../lib/git-wire/write-pack.ts'
import { hasGit } from '../git-judge.ts'
import fc, { runs } from '../random.ts'
import { createRepository, versions, type GitRepository } from './git-repository.ts'
import { cutAt, read } from './packs.ts'

describe.skipIf(!hasGit)('a pack of git', () => {
  let repository: GitRepository
  /** By id: type and length, as git tells them. */
  let known: Map<string, string>

  beforeAll(() => {
    repository = createRepository(versions)
    known = repository.listObjects()
  })
  afterAll(() => repository.remove())

  const all = 'refs/tags/v1\n'
  const since = `${all}^refs/tags/v1~30\n`
  const pack = (input: string, ...args: string[]) =>
    repository.git(['pack-objects', '--stdout', '--revs', '-q', ...args], input)
  const told = (objects: ReadonlyMap<string, Unpacked>) =>
    new Map([...objects].map(([oid, { type, body }]) => [oid, `${type} ${body.length}`]))

  it.each([
    [['--delta-base-offset', '--depth=50', '--window=80', '--no-reuse-delta']],
    [['--depth=250', '--window=80']],
    [['--delta-base-offset']],
    [['--delta-base-offset', '--window=0', '--compression=0', '--no-reuse-object']],
    [['--compression=9', '--no-reuse-object']],
  ])('gives all objects: %j', async (args) => {
    const { objects, end } = await read(pack(all, ...args))
    expect([end, told(objects)]).toEqual([0, known])
  })

  it('has chains of fifty deltas and more, of both kinds', () => {
    for (const args of [['--delta-base-offset'], []]) {
      const name = repository
        .git(['index-pack', '--stdin'], pack(all, '--depth=250', '--window=80', ...args))
        .toString()
        .trim()
        .split('\t')[1]
      const verified = repository.git(['verify-pack', '-sv', `objects/pack/pack-${name}.pack`]).toString()
      expect(verified).toMatch(/chain length = [5-9]\d/)
    }
  })

  it('gives what a filter leaves of them, and nothing where there is nothing', async () => {
    for (const [filter, typesLeft] of [
      ['--filter=blob:none', /^(?:commit|tree|tag)/],
      ['--filter=blob:limit=1k', /^(?:commit|tree|tag)|^blob \d{1,3}$/],
    ] as const) {
      const { objects, end } = await read(pack(all, filter))
      const left = new Map([...known].filter(([, type]) => typesLeft.test(type)))
      expect([end, told(objects)]).toEqual([0, left])
    }
    expect(await read(pack(''))).toEqual({ end: 0, objects: new Map() })
  })

  it('that is thin gives what it has the bases of, and no wrong object', async () => {
    const { objects: expected } = await read(pack(since))
    const { objects, end } = await read(pack(since, '--thin'))
    expect(end).toBe(expected.size - objects.size)
    expect(end).toBeGreaterThan(0)
    for (const oid of objects.keys()) expect(expected.has(oid)).toBe(true)
  })

  it('leaves out what is too long, and nothing else', async () => {
    const { objects, end } = await read(pack(all, '--window=0', '--no-reuse-delta'), { byteLengthMax: 100_000 })
    const short = new Map([...known].filter(([, type]) => Number(type.split(' ')[1]) <= 100_000))
    expect([end, told(objects)]).toEqual([known.size - short.size, short])
  })

  it('gives the same objects wherever it is cut into chunks, and right ones until where it is broken', async () => {
    const whole = pack(`${all}^refs/tags/v1~9\n`, '--delta-base-offset')
    const { objects } = await read(whole)
    const place = fc.nat(whole.length - 1)
    const places = fc.oneof(
      fc.array(place, { maxLength: 30 }),
      fc.integer({ min: 1, max: 50 }).map((step) => Array.from({ length: whole.length / step }, (_, at) => at * step)),
    )
    await fc.assert(
      fc.asyncProperty(places, async (cuts) => {
        const cut = await read(
          whole,
          {},
          cutAt(
            whole,
            cuts.toSorted((a, b) => a - b),
          ),
        )
        expect([cut.end, told(cut.objects)]).toEqual([0, told(objects)])
      }),
      { numRuns: runs(30) },
    )
    await fc.assert(
      fc.asyncProperty(place, fc.nat(7), async (at, bit) => {
        const changed = Buffer.from(whole)
        changed[at]! ^= 1 << bit
        const broken = await read(changed)
        expect(broken.end).toMatch(/^Cannot read git's answer: /)
        const half = await read(whole.subarray(0, at))
        expect(half.end).toMatch(/^Cannot read git's answer: /)
        for (const oid of half.objects.keys()) expect(objects.has(oid)).toBe(true)
      }),
      { numRuns: runs(50) },
    )
  })

  it('is also what is written here, whatever lengths its objects have', async () => {
    const lengths = [0, 1, 15, 16, 17, 199, 200, 201, 2_047, 2_048, 2_049, 300_000]
    const written = await formatPack(
      lengths.map((byteLength) => ({ type: 'blob', body: Buffer.alloc(byteLength, Buffer.from([255, byteLength])) })),
    )
    const { status, stderr } = spawnSync('git', ['index-pack', '--strict', '--stdin'], {
      cwd: repository.folder,
      input: written,
      encoding: 'utf8',
    })
    expect(status, stderr).toBe(0)
    expect((await read(written)).objects.size).toBe(lengths.length)
  })
})
