/** The fake GitHub's LFS: the batch, the storage that it hands out addresses of, and verify. */
import { createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  askAction,
  askBatch,
  createRepository,
  readToken,
  repositoryName,
  serveRepository,
  writeToken,
} from './github-fixture.ts'
import { lfsRefusals } from './github-switches.ts'
import type { GithubHub } from './github.ts'

const content = Buffer.from('an object\n')
const object = { oid: createHash('sha256').update(content).digest('hex'), size: content.length }
let hub: GithubHub

beforeEach(() => {
  hub = createRepository()
})

async function row(operation: 'upload' | 'download'): Promise<any> {
  const response = await askBatch(hub, [object], { operation })
  return ((await response.json()) as any).objects[0]
}
const toStorage = (request: Request) => hub.server.storage.hub.fetch(request)
const toHub = (request: Request) => hub.fetch(request)
const put = (action: any, body = content) => askAction(toStorage, action, { method: 'PUT', body })
const verify = (action: any) =>
  askAction(toHub, action, {
    method: 'POST',
    body: JSON.stringify(object),
    headers: { 'content-type': 'application/vnd.git-lfs+json' },
  })
const code = async (response: Response) => `${response.status} ${/<Code>(\w+)/.exec(await response.text())?.[1]}`

describe('an upload', () => {
  test('counts after verify, and is then not asked for again', async () => {
    const { actions } = await row('upload')
    const header = { 'x-amz-content-sha256': object.oid, 'Authorization': expect.stringMatching(/^AWS4-HMAC-SHA256 /) }
    expect(actions.upload).toMatchObject({ header, expires_in: 3_600, expires_at: '2026-11-01T01:00:00Z' })
    const href = `https://lfs.github.com/${repositoryName}/objects/verify`
    expect(actions.verify).toMatchObject({ href, header: { Accept: 'application/vnd.git-lfs+json' } })
    expect((await put(actions.upload)).status).toBe(200)
    expect((await row('download')).error).toEqual({ code: 404, message: 'Object does not exist on the server' })
    expect((await verify(actions.verify)).status).toBe(200)
    expect(await row('upload')).toEqual(object)
    const { download } = (await row('download')).actions
    expect([
      download.expires_in,
      Buffer.from(await (await askAction(toStorage, download, { method: 'GET' })).arrayBuffer()),
    ]).toEqual([3_600, content])
  })

  test('counts at once where the switch says so', async () => {
    hub.switches.lfsPresentAfter = 'upload'
    await put((await row('upload')).actions.upload)
    expect((await row('download')).actions).toBeDefined()
  })

  test.each([404, 500] as const)('may have its first verify answered with %s', async (status) => {
    hub.switches.verifyOnce = status
    const { actions } = await row('upload')
    await put(actions.upload)
    expect([(await verify(actions.verify)).status, (await verify(actions.verify)).status]).toEqual([status, 200])
  })

  test('is not verified when nothing was sent, without the credentials of its own, or without Accept', async () => {
    const { actions } = await row('upload')
    expect((await verify(actions.verify)).status).toBe(404)
    await put(actions.upload)
    expect(
      (await verify({ href: actions.verify.href, header: { accept: 'application/vnd.git-lfs+json' } })).status,
    ).toBe(401)
    const { Authorization } = actions.verify.header
    const unaccepted = await verify({ ...actions.verify, header: { Authorization } })
    expect(await unaccepted.json()).toMatchObject({ message: 'error getting verify links' })
    expect((await row('download')).error.code).toBe(404)
  })
})

describe('the storage', () => {
  test("takes the right bytes alone, whole, signed, in time and without the API's token", async () => {
    const { upload } = (await row('upload')).actions
    expect(await code(await put(upload, Buffer.from('other')))).toBe('400 XAmzContentSHA256Mismatch')
    expect(await code(await put({ href: upload.href }))).toBe('403 AccessDenied')
    for (const name of ['x-amz-date', 'x-amz-content-sha256']) {
      expect(await code(await put({ ...upload, header: { ...upload.header, [name]: undefined } }))).toBe(
        '403 SignatureDoesNotMatch',
      )
    }
    expect(
      await code(await put({ href: upload.href, header: { ...upload.header, Authorization: `Bearer ${writeToken}` } })),
    ).toBe('400 InvalidArgument')
    expect(
      await code(await put({ href: upload.href, header: { ...upload.header, Authorization: 'Basic eDp5' } })),
    ).toBe('400 InvalidArgument')
    expect(await code(await put({ ...upload, href: upload.href.replace('/alambic/', '/other/') }))).toBe(
      '403 SignatureDoesNotMatch',
    )
    await hub.clock.sleep(3_601_000)
    expect(await code(await put(upload))).toBe('403 RequestTimeTooSkewed')
    expect(hub.server.storage.objects.size).toBe(0)
  })

  test('gives ranges', async () => {
    hub.addObject(content)
    const { download } = (await row('download')).actions
    const part = await askAction(toStorage, download, { method: 'GET', headers: { range: 'bytes=3-8' } })
    expect([part.status, part.headers.get('content-range'), await part.text()]).toEqual([206, 'bytes 3-8/10', 'object'])
    const rest = await askAction(toStorage, download, { method: 'GET', headers: { range: 'bytes=3-' } })
    expect(await rest.text()).toBe('object\n')
    expect((await askAction(toStorage, download, { method: 'GET', headers: { range: 'bytes=10-' } })).status).toBe(416)
    expect(part.headers.get('etag')).not.toContain(object.oid)
    await hub.clock.sleep(3_601_000)
    expect(await code(await askAction(toStorage, download, { method: 'GET' }))).toBe('403 AccessDenied')
  })
})

describe('a batch', () => {
  const refusal = async (question: object = {}) => {
    const response = await askBatch(hub, [object], question)
    return [response.status, ((await response.json()) as any).message]
  }

  test('needs its own Accept', async () => {
    expect(await refusal({ headers: { accept: 'application/json' } })).toEqual([406, 'Not Acceptable'])
  })

  test('takes Basic with any name, or Bearer', async () => {
    for (const authorization of [
      `Basic ${Buffer.from(`x-access-token:${writeToken}`).toString('base64')}`,
      `Bearer ${writeToken}`,
    ]) {
      expect((await askBatch(hub, [object], { operation: 'upload', headers: { authorization } })).status).toBe(200)
    }
  })

  test('is refused to who may not', async () => {
    const response = await askBatch(hub, [object], { operation: 'upload', token: null })
    expect([response.status, response.headers.get('lfs-authenticate')]).toEqual([401, 'Basic realm="GitHub"'])
    expect(await refusal({ operation: 'upload', token: readToken })).toEqual([
      403,
      'Resource not accessible by personal access token',
    ])
    expect(await refusal({ token: 'wrong' })).toEqual([401, 'Bad credentials'])
    expect((await askBatch(hub, [object], { token: null })).status).toBe(200)
    hub.switches.lfsAnonymous = false
    expect(await refusal({ token: null })).toEqual([401, 'Requires authentication'])
    hub = createRepository({ private: true })
    expect((await refusal({ token: null }))[0]).toBe(401)
  })

  test.each(Object.entries(lfsRefusals))('is refused whole: %s', async (_, message) => {
    hub.switches.lfsRefusal = message
    expect(await refusal()).toEqual([403, message])
  })

  test('says of each object what is wrong with it', async () => {
    hub.switches.lfsMissing = 410
    expect((await row('download')).error).toEqual({ code: 410, message: 'Object does not exist on the server' })
    hub.switches.lfsObjectMax = 5
    expect((await row('upload')).error).toEqual({ code: 422, message: 'Size must be less than or equal to 5' })
    hub.switches.lfsBatchMax = 0
    expect((await refusal())[0]).toBe(413)
  })

  test('has a limit of its own, by the minute', async () => {
    hub.switches.limits.lfs = 1
    const { headers } = await askBatch(hub, [object])
    expect([headers.get('x-ratelimit-resource'), headers.get('x-ratelimit-remaining')]).toEqual(['lfs', '0'])
    expect((await askBatch(hub, [object])).status).toBe(403)
    await hub.clock.sleep(60_000)
    expect((await askBatch(hub, [object])).status).toBe(200)
  })
})

describe('over the port', () => {
  let close: () => Promise<void> = async () => {}
  beforeEach(async () => {
    ;({ hub, close } = await serveRepository())
  })
  afterEach(() => close())

  const upload = async () => {
    const url = `${hub.server.web}/${repositoryName}.git/info/lfs/objects/batch`
    const headers = {
      'accept': 'application/vnd.git-lfs+json',
      'content-type': 'application/vnd.git-lfs+json',
      'authorization': `Bearer ${writeToken}`,
    }
    const answer = await fetch(url, {
      method: 'POST',
      headers,
      body: JSON.stringify({ operation: 'upload', objects: [object] }),
    })
    return ((await answer.json()) as any).objects[0].actions
  }
  const stream = () => new Blob([content]).stream()

  test('a stream goes up when it says its length, and not when it is chunked', async () => {
    const actions = await upload()
    const { href, header } = actions.upload
    const chunked = await fetch(href, { method: 'PUT', headers: header, body: stream(), duplex: 'half' } as RequestInit)
    expect(await code(chunked)).toBe('501 NotImplemented')
    const sizedHeader = { ...header, 'content-length': `${content.length}` }
    const sized = await fetch(href, {
      method: 'PUT',
      headers: sizedHeader,
      body: stream(),
      duplex: 'half',
    } as RequestInit)
    expect(sized.status).toBe(200)
    const verified = await fetch(actions.verify.href, {
      method: 'POST',
      headers: actions.verify.header,
      body: JSON.stringify(object),
    })
    expect([verified.status, hub.repository.present.has(object.oid)]).toEqual([200, true])
    expect(hub.server.storage.hub.requests.map(({ status, uploadedBytes }) => [status, uploadedBytes])).toEqual([
      [501, 0],
      [200, 10],
    ])
  })

  test('what is counted is what went over the wire', async () => {
    hub.addObject(Buffer.alloc(300_000, 1))
    const { href } = hub.server.storage.sign('GET', [...hub.server.storage.objects.keys()][0]!)
    expect((await (await fetch(href)).arrayBuffer()).byteLength).toBe(300_000)
    expect(hub.server.storage.hub.requests).toMatchObject([
      { number: 1, method: 'GET', status: 200, uploadedBytes: 0, downloadedBytes: 300_000, authorized: false },
    ])
  })
})
