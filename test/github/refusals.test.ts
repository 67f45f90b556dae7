/** What may not be written on GitHub. */
import { describe, expect, it } from 'vitest'
import { DeniedError, RefusedError } from '../../lib/model/errors.ts'
import { newCommit, reader, startWorld } from './setup.ts'
import { bin } from './setup.ts'

describe('what may not be written', () => {
  it.each([
    ['no token', null, /GITHUB_TOKEN is not set/],
    [
      'a token that reads',
      reader,
      /GITHUB_TOKEN may not do this: it needs `permissions: contents: write` in a workflow/,
    ],
    ['a wrong token', 'ghp_wrong', /GITHUB_TOKEN is wrong or has expired/],
  ])('is told before anything shows: %s', async (_, token, text) => {
    const world = startWorld()
    const head = world.commit({ x: 'x' })
    const failure = world.connect({ token }).prepare([newCommit([head], { 'a.txt': 'a\n' })], head)
    await expect(failure).rejects.toThrow(DeniedError)
    await expect(failure).rejects.toThrow(text)
    expect(world.hub.head('main')).toBe(head)
  })

  it('is a workflow, and is named', async () => {
    const world = startWorld({ switches: { allowsWorkflows: false } })
    const head = world.commit({ x: 'x' })
    const failure = world.remote.prepare([newCommit([head], { '.github/workflows/ci.yml': 'on: push\n' })], head)
    await expect(failure).rejects.toThrow(RefusedError)
    await expect(failure).rejects.toThrow(
      /it would change the workflow .github\/workflows\/ci.yml"; a workflow's own token never may/,
    )
  })

  it('is a blob that is too large for GitHub', async () => {
    const world = startWorld({ switches: { blobMax: 1000 } })
    const head = world.commit({ x: 'x' })
    await expect(world.remote.prepare([newCommit([head], { 'a.bin': bin('a'.repeat(2000)) })], head)).rejects.toThrow(
      /^Cannot write "a.bin" to .*too large for GitHub: track it with LFS/,
    )
  })

  it('is a deletion of what is not there', async () => {
    const world = startWorld()
    const head = world.commit({ x: 'x' })
    await expect(world.remote.prepare([newCommit([head], { 'gone.txt': null })], head)).rejects.toThrow(
      /a file that was to be deleted is not there/,
    )
  })

  it('is checked without a write', async () => {
    const world = startWorld({ switches: { permissions: 'nothing' } })
    world.commit({ x: 'x' })
    await world.remote.checkWrite()
    expect(world.takeRequests()).toHaveLength(1)
    await expect(world.connect({ token: null }).checkWrite()).rejects.toThrow(DeniedError)
    await expect(world.connect({ token: 'ghp_wrong' }).checkWrite()).rejects.toThrow(DeniedError)
    world.hub.switches.archived = true
    await expect(world.connect().checkWrite()).rejects.toThrow(/the repository is archived/)
  })
})
