/**
 * The git-lfs batch protocol as the Hub speaks it: basic and multipart uploads to the storage, downloads by object id.
 */
import { createHmac, randomUUID } from 'node:crypto'
import { json, Refusal, text, unauthorized, wrongBody } from './huggingface-answer.ts'
import { readJson, requireWrite } from './huggingface-call.ts'
import type { Call, Server } from './huggingface-call.ts'
import type { HubRepository, LfsObject } from './huggingface-repository.ts'

const lfsType = { 'Content-Type': 'application/vnd.git-lfs+json; charset=utf-8' }
/** Basic credentials that the batch hands out for `verify`, and that open nothing else. */
const verifyAuthorization = `Basic ${Buffer.from('lfs:verify-only').toString('base64')}`

/** Where git finds it: models have no prefix. */
function lfsUrl({ origin }: Server, { type, id, name }: HubRepository): string {
  return `${origin}/${type === 'models' ? name : id}.git/info/lfs`
}

function parseObject(value: unknown): LfsObject {
  const { oid, size } = value as Record<string, unknown>
  if (
    typeof oid !== 'string' ||
    !/^[0-9a-f]{64}$/.test(oid) ||
    typeof size !== 'number' ||
    !Number.isInteger(size) ||
    size < 0
  )
    throw wrongBody(422)
  return { oid, byteLength: size }
}

/** What makes the address that completes an upload good for that upload, until then. */
function sign(...parts: string[]): string {
  return createHmac('sha256', 'hub').update(parts.join('\n')).digest('hex')
}

function uploadAction(
  server: Server,
  repository: HubRepository,
  object: LfsObject,
  inParts: boolean,
): Record<string, unknown> {
  const key = repository.key(object.oid)
  const lifetimeMs = server.switches.uploadSeconds * 1000
  if (!inParts) return { href: repository.storage.sign('PUT', key, { expiresMs: lifetimeMs }).href }
  const { partByteLength } = server.switches
  const uploadId = randomUUID()
  const length = Math.ceil(object.byteLength / partByteLength)
  const keys = Array.from({ length }, (_, index) => `${key}.${uploadId}.${index + 1}`)
  server.uploads.set(uploadId, { repository, ...object, keys })
  const parts = keys.map((part, index) => [
    `${index + 1}`.padStart(5, '0'),
    repository.storage.sign('PUT', part, { expiresMs: lifetimeMs }).href,
  ])
  const header = { chunk_size: `${partByteLength}`, ...Object.fromEntries(parts) }
  const expiration = new Date(server.clock.now() + lifetimeMs).toISOString()
  const query = new URLSearchParams({
    uploadId,
    bucket: 'hf-hub-lfs-us-east-1',
    prefix: key,
    expiration,
    signature: sign(uploadId, expiration),
  })
  return { href: `${server.origin}/api/complete_multipart?${query}`, header }
}

function uploadAnswer({ server, repository }: Call, object: LfsObject, inParts: boolean): Record<string, unknown> {
  const { oid, byteLength: size } = object
  if (repository.hasObject(object) || server.switches.phantomObjects.has(oid)) return { oid, size }
  const verify = {
    href: `${lfsUrl(server, repository)}/objects/verify`,
    header: { Authorization: verifyAuthorization },
  }
  return {
    oid,
    size,
    authenticated: true,
    actions: { upload: uploadAction(server, repository, object, inParts), verify },
  }
}

function downloadAnswer({ repository }: Call, object: LfsObject): Record<string, unknown> {
  const { oid, byteLength: size } = object
  if (!repository.storage.objects.has(repository.key(oid)))
    return { oid, size, error: { code: 404, message: 'Object does not exist' } }
  if (!repository.hasObject(object)) return { oid, size, error: { code: 422, message: 'Size mismatch' } }
  const { href } = repository.signDownload(oid)
  return { oid, size, authenticated: true, actions: { download: { href } } }
}

/** A token for the store of chunks. */
export function grantRead({ server, repository }: Call): Response {
  return json(server.cas.grant(repository, 'read'))
}

export function grantWrite(call: Call): Response {
  requireWrite(call)
  return json(call.server.cas.grant(call.repository, 'write'))
}

/** The address gives another token; the headers are the first one. */
function chunksAction({ server, repository }: Call): Record<string, unknown> {
  const { accessToken, exp, casUrl } = server.cas.grant(repository, 'write')
  return {
    href: `${server.origin}/api/${repository.id}/xet-write-token/main`,
    header: {
      'X-Xet-Cas-Url': casUrl,
      'X-Xet-Access-Token': accessToken,
      'X-Xet-Token-Expiration': String(exp),
      'X-Xet-Session-Id': randomUUID(),
    },
  }
}

/** One answer has one `transfer`: `multipart` as soon as an object goes up in parts; the others in it are whole. */
export async function batch(call: Call): Promise<Response> {
  const { server, repository } = call
  const { operation, transfers, objects } = await readJson(call.request)
  if ((operation !== 'upload' && operation !== 'download') || !Array.isArray(objects)) throw wrongBody(422)
  if (objects.length > server.switches.batchLimit)
    throw new Refusal(413, `A batch may name ${server.switches.batchLimit} objects`)
  const wanted = objects.map(parseObject)
  if (operation === 'download')
    return json({ transfer: 'basic', objects: wanted.map((object) => downloadAnswer(call, object)) }, 200, lfsType)
  requireWrite(call)
  const offers = (transfer: string) => Array.isArray(transfers) && transfers.includes(transfer)
  if (server.switches.xet && offers('xet')) {
    const answers = wanted.map(({ oid, byteLength: size }) =>
      repository.hasObject({ oid, byteLength: size }) || server.switches.phantomObjects.has(oid)
        ? { oid, size }
        : { oid, size, authenticated: true, actions: { upload: chunksAction(call) } },
    )
    return json({ transfer: 'xet', objects: answers }, 200, lfsType)
  }
  const offered = offers('multipart')
  const inParts = (object: LfsObject) => offered && object.byteLength > server.switches.multipartThreshold
  const answers = wanted.map((object) => uploadAnswer(call, object, inParts(object)))
  const transfer = wanted.some((object, index) => inParts(object) && 'actions' in answers[index]!)
    ? 'multipart'
    : 'basic'
  return json({ transfer, objects: answers }, 200, lfsType)
}

export async function verifyObject(call: Call): Promise<Response> {
  const { server, repository, request } = call
  if (request.headers.get('authorization') !== verifyAuthorization) requireWrite(call)
  const object = parseObject(await readJson(request))
  const isFirst = !server.verified.has(object.oid)
  server.verified.add(object.oid)
  if (!repository.hasObject(object) || (server.switches.verifyMissingOnce && isFirst))
    throw new Refusal(404, `No file uploaded for oid: ${object.oid}`)
  return text('OK')
}

/** Puts the parts together; the address is the permission, as it is signed on the Hub. */
export async function completeMultipart(server: Server, request: Request, url: URL): Promise<Response> {
  const [uploadId, expiration] = [url.searchParams.get('uploadId') ?? '', url.searchParams.get('expiration') ?? '']
  const upload = server.uploads.get(uploadId)
  if (!upload || url.searchParams.get('signature') !== sign(uploadId, expiration)) throw unauthorized()
  if (Date.parse(expiration) < server.clock.now()) throw new Refusal(403, 'This upload has expired')
  const { oid, parts } = await readJson(request)
  if (oid !== upload.oid || !Array.isArray(parts)) throw wrongBody(422)
  const { storage } = upload.repository
  const listed = parts as { partNumber?: unknown; etag?: unknown }[]
  for (const [index, key] of upload.keys.entries()) {
    const part = listed.find(({ partNumber }) => partNumber === index + 1)
    if (!storage.objects.has(key) || typeof part?.etag !== 'string' || part.etag === '')
      throw new Refusal(400, 'One or more of the specified parts could not be found')
  }
  if (listed.length !== upload.keys.length) throw new Refusal(400, 'The list of parts was not complete')
  const byteLength = upload.keys.reduce((sum, key) => sum + storage.objects.get(key)!.length, 0)
  if (byteLength !== upload.byteLength) throw new Refusal(400, 'The parts do not add up to the size of the object')
  storage.join(upload.repository.key(upload.oid), upload.keys)
  server.uploads.delete(uploadId)
  return json({ success: true }, 200, lfsType)
}
