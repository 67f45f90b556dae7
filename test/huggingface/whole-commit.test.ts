/** All that one commit of the Hub holds. */
import { describe, expect, it } from 'vitest'
import { IntegrityError, RemoteError } from '../../lib/model/errors.ts'
import { Request } from '../hubs/message.ts'
import { lfsObject } from '../hubs/new-commits.ts'
import { origin, startWorld, big, everything } from './setup.ts'

describe('everything that a commit holds', () => {
  it('is a listing of as many pages as it takes, and a comparison for the modes', async () => {
    const { hub, remote, takeRequests } = startWorld()
    const files = Object.fromEntries(
      Array.from({ length: 1500 }, (_, index) => [`d${index % 7}/${index}.txt`, `${index}\n`]),
    )
    hub.commit('main', { files, message: 'Many' })
    const to = hub.commit('main', {
      files: { 'run.sh': { mode: '100755', content: 'x\n' }, 'x.bin': { lfs: big } },
      message: 'More',
    })
    const found = await remote.readChanges(null, to, everything)
    expect(found).toHaveLength(1503)
    expect(found.find(({ path }) => path === 'run.sh')?.after?.mode).toBe('100755')
    expect(found.every(({ before, after }) => before === null && after !== null)).toBe(true)
    expect(takeRequests().map((request) => request.split('/')[5])).toEqual(['tree', 'tree', 'compare'])
    expect((await remote.readEntries(to, ['d1', 'none', 'x.bin'])).get('x.bin')?.lfs).toEqual(lfsObject(big))
    expect(takeRequests()).toEqual([])
  })

  it('is known without modes when the Hub cannot compare', async () => {
    const { hub, remote } = startWorld({ switches: { compareStatus: 500 } })
    const to = hub.commit('main', { files: { 'd/run.sh': { mode: '100755', content: 'x\n' } }, message: 'Modes' })
    expect((await remote.readChanges(null, to, (path) => path === 'd/run.sh'))[0]?.after?.mode).toBe('100644')
  })

  it.each([
    ['in a directory', 'd/b.txt'],
    ['at the root', 'z.txt'],
  ])('is refused when a row is missing %s', async (_, missing) => {
    const { hub, remote } = startWorld()
    const to = hub.commit('main', { files: { 'd/a.txt': 'a\n', 'd/b.txt': 'b\n', 'z.txt': 'z\n' }, message: 'Files' })
    const rows = (await (
      await hub.fetch(new Request(`${origin}/api/datasets/acme/corpus/tree/${to}?recursive=true`))
    ).json()) as { path: string }[]
    hub.faults.push({
      on: ({ url }) => url.includes('/tree/'),
      when: 'after',
      act: { status: 200, body: JSON.stringify(rows.filter(({ path }) => path !== missing)) },
    })
    await expect(remote.readChanges(null, to, everything)).rejects.toThrow(IntegrityError)
  })

  it('proves directories, so that a comparison cut short hides no wrong row', async () => {
    const { hub, remote } = startWorld()
    const to = hub.commit('main', { files: { 'd/a.txt': 'a\n' }, message: 'Files' })
    const rows = (await (
      await hub.fetch(new Request(`${origin}/api/datasets/acme/corpus/tree/${to}?recursive=true`))
    ).json()) as { path: string; oid: string }[]
    rows.find(({ path }) => path === 'd')!.oid = 'c'.repeat(40)
    hub.faults.push({
      on: ({ url }) => url.includes('/tree/'),
      when: 'after',
      act: { status: 200, body: JSON.stringify(rows) },
    })
    await expect(remote.readChanges(null, to, everything)).rejects.toThrow(/the listing of "d"/)
  })

  it('is refused when its pages never end', async () => {
    const { hub, remote, takeRequests } = startWorld()
    const next = `<${origin}/api/datasets/acme/corpus/tree/x?recursive=true&limit=1000&cursor=abc>; rel="next"`
    hub.faults.push({
      on: ({ url }) => url.includes('/tree/'),
      times: 99,
      when: 'after',
      act: { status: 200, headers: { link: next }, body: '[]' },
    })
    await expect(remote.readChanges(null, hub.head('main')!, everything)).rejects.toThrow(RemoteError)
    expect(takeRequests()).toHaveLength(2)
  })

  it('is counted page by page, and no further than is asked for', async () => {
    const { hub, remote, takeRequests } = startWorld()
    const head = hub.head('main')!
    expect(await remote.countFiles(head, everything, 1)).toBe(1)
    expect(await remote.countFiles(head, (path) => path !== '.gitattributes', 1)).toBe(0)
    expect(takeRequests()).toHaveLength(2)
    const many = hub.commit('main', {
      files: Object.fromEntries(Array.from({ length: 2_500 }, (_, index) => [`${index}.txt`, 'x'])),
      message: 'Many',
    })
    expect(await Promise.all([10, 1_500, 9_999].map((most) => remote.countFiles(many, everything, most)))).toEqual([
      10, 1_500, 2_501,
    ])
    expect(takeRequests()).toHaveLength(1 + 2 + 3)
  })
})
