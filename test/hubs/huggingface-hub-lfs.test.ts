/** The LFS protocol of the fake Hub, by hand, and the addresses of its kinds of repository. */
import { describe, expect, test } from 'vitest'
import {
  ask,
  createCorpus,
  file,
  header,
  lfsFile,
  post,
  readToken,
  repository,
  serveCorpus,
  writeToken,
} from './huggingface-fixture.ts'
import type { HuggingFaceHub } from './huggingface.ts'

describe('the LFS batch', () => {
  const lfsType = { 'Content-Type': 'application/vnd.git-lfs+json' }
  const object = { oid: 'd3751d33f9cd5049c4af2b462735457e4d3baf130bcbb87f389e349fbaeb20b9', size: 5 }
  const batch = async (
    hub: HuggingFaceHub,
    operation: string,
    objects: unknown[],
    token: string | null = writeToken,
  ) => {
    const json = { operation, transfers: ['basic', 'multipart'], hash_algo: 'sha256', objects }
    const answer = await ask(hub, `/${repository}.git/info/lfs/objects/batch`, { json, token, headers: lfsType })
    return { status: answer.status, body: (await answer.json()) as any }
  }

  test('brings an object to the storage, verifies it, and takes a commit that names it', async () => {
    const { hub, close } = await serveCorpus({ switches: { verifyMissingOnce: true } })
    const {
      body: {
        transfer,
        objects: [{ actions }],
      },
    } = await batch(hub, 'upload', [object])
    expect([transfer, actions.upload.header]).toEqual(['basic', undefined])
    expect((await fetch(actions.upload.href, { method: 'PUT', body: 'hallo' })).status).toBe(200)
    const verify = async () => {
      const { href, header: credentials } = actions.verify
      const answer = await fetch(href, {
        method: 'POST',
        body: JSON.stringify(object),
        headers: { ...credentials, ...lfsType },
      })
      return [answer.status, await answer.text()]
    }
    expect(await verify()).toEqual([404, `{"error":"No file uploaded for oid: ${object.oid}"}`])
    expect(await verify()).toEqual([200, 'OK'])
    expect((await batch(hub, 'upload', [object])).body.objects).toEqual([object])
    expect((await post(hub, [header('LFS'), lfsFile('a.bin', object.oid, 5)])).status).toBe(200)
    const {
      body: {
        objects: [download],
      },
    } = await batch(hub, 'download', [object], null)
    expect(await (await fetch(download.actions.download.href)).text()).toBe('hallo')
    expect(
      (await fetch(download.actions.download.href, { headers: { Authorization: `Bearer ${writeToken}` } })).status,
    ).toBe(400)
    await close()
  })

  test('puts parts together only when all of them are there and add up', async () => {
    const { hub, storage, close } = await serveCorpus({ switches: { multipartThreshold: 4, partByteLength: 2 } })
    const {
      body: {
        transfer,
        objects: [
          {
            actions: { upload },
          },
        ],
      },
    } = await batch(hub, 'upload', [object])
    expect([transfer, Object.keys(upload.header)]).toEqual(['multipart', ['chunk_size', '00001', '00002', '00003']])
    const complete = async (parts: unknown[]) =>
      (await fetch(upload.href, { method: 'POST', body: JSON.stringify({ oid: object.oid, parts }), headers: lfsType }))
        .status
    const parts: unknown[] = []
    for (const [index, body] of ['ha', 'll', 'o'].entries()) {
      expect(await complete(parts)).toBe(400)
      const { headers } = await fetch(upload.header[`0000${index + 1}`], { method: 'PUT', body })
      parts.push({ partNumber: index + 1, etag: headers.get('etag') })
    }
    expect(await complete(parts)).toBe(200)
    expect(storage.objects.get(`${repository}/${object.oid}`)).toEqual(Buffer.from('hallo'))
    await close()
  })

  test('tells of objects that are missing, and may claim one that is not there', async () => {
    const hub = createCorpus({ switches: { phantomObjects: new Set([object.oid]) } })
    expect((await batch(hub, 'download', [object])).body.objects).toEqual([
      { ...object, error: { code: 404, message: 'Object does not exist' } },
    ])
    expect((await batch(hub, 'upload', [object])).body.objects).toEqual([object])
    expect((await post(hub, [header('LFS'), lfsFile('a.bin', object.oid, 5)])).status).toBe(400)
  })

  test('takes uploads from writers only, and no more objects than its limit', async () => {
    const hub = createCorpus({ switches: { batchLimit: 1 } })
    expect([
      (await batch(hub, 'upload', [object], null)).status,
      (await batch(hub, 'upload', [object], readToken)).status,
    ]).toEqual([401, 403])
    expect((await batch(hub, 'upload', [object, object])).status).toBe(413)
  })

  test('keeps the objects of one repository from another', async () => {
    const hub = createCorpus()
    hub.addObject(Buffer.from('hallo'))
    await ask(hub, '/api/repos/create', { json: { type: 'dataset', name: 'other', organization: 'acme' } })
    const refused = await ask(hub, '/api/datasets/acme/other/commit/main', {
      lines: [header('LFS'), lfsFile('a.bin', object.oid, 5)],
    })
    expect(refused.status).toBe(400)
  })
})

test('models and Spaces have their own addresses and first files', async () => {
  const model = createCorpus({ id: 'models/acme/m' })
  expect(
    (await ask(model, '/acme/m/resolve/main/.gitattributes', { method: 'HEAD' })).headers.get('x-repo-commit'),
  ).toBe(model.head('main'))
  expect(
    await (await ask(model, '/api/models/acme/m/commit/main', { lines: [header('x'), file('a', 'a')] })).json(),
  ).toMatchObject({ commitUrl: `https://huggingface.co/acme/m/commit/${model.head('main')}` })
  const space = createCorpus({ id: 'spaces/acme/s' })
  expect([...space.files('main').keys()]).toEqual(['.gitattributes', 'README.md'])
  expect(
    (
      await ask(space, '/api/spaces/acme/s/commit/main', {
        lines: [header('x'), file('README.md', '---\ntitle: x\n---\n')],
      })
    ).status,
  ).toBe(400)
})
