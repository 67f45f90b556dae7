/**
 * The git-lfs batch protocol as GitHub speaks it: `basic` only, uploads to the storage and then `verify`, 422s and 404s
 * by object.
 */
import { json, requiresAuthentication, Refusal } from './github-answer.ts'
import type { Answer } from './github-answer.ts'
import { readJson, requireRead, requireWrite } from './github-call.ts'
import type { Call } from './github-call.ts'
import type { LfsObject } from './github-repository.ts'

const mediaType = 'application/vnd.git-lfs+json'
const uploadMs = 3_600_000
const downloadMs = 3_600_000
/** What the batch hands out for `verify`, and that opens nothing else. */
const verifyAuthorization = 'RemoteAuth gitauth-v1-verify'
const support = 'https://support.github.com/contact'
const quotaPage = 'https://help.github.com/articles/purchasing-additional-storage-and-bandwidth-for-a-personal-account'

function accepts({ request }: Call): boolean {
  return (request.headers.get('accept') ?? '').split(/, */).some((each) => each.split(';')[0] === mediaType)
}

function parseObject(value: unknown): LfsObject {
  const { oid, size } = value as Record<string, unknown>
  if (
    typeof oid !== 'string' ||
    !/^[0-9a-f]{64}$/.test(oid) ||
    typeof size !== 'number' ||
    !Number.isInteger(size) ||
    size < 0
  ) {
    throw new Refusal(422, 'Invalid object in the batch', { documentation: support })
  }
  return { oid, byteLength: size }
}

function expiry({ server }: Call, lifetimeMs: number): Record<string, unknown> {
  return {
    expires_at: new Date(server.clock.now() + lifetimeMs).toISOString().replace(/\.\d+Z/, 'Z'),
    expires_in: lifetimeMs / 1000,
  }
}

function uploadRow(call: Call, object: LfsObject): Record<string, unknown> {
  const { server, repository } = call
  const { oid, byteLength: size } = object
  const { lfsObjectMax } = server.switches
  if (size > lfsObjectMax)
    return { oid, size, error: { code: 422, message: `Size must be less than or equal to ${lfsObjectMax}` } }
  if (repository.hasObject(object)) return { oid, size }
  const upload = server.storage.sign('PUT', repository.key(oid), { expiresMs: uploadMs, form: 'header', sha256: oid })
  return {
    oid,
    size,
    actions: {
      upload: { ...upload, ...expiry(call, uploadMs) },
      verify: {
        href: `${server.lfs}/${repository.name}/objects/verify`,
        header: { Authorization: verifyAuthorization, Accept: mediaType },
      },
    },
  }
}

function downloadRow(call: Call, object: LfsObject): Record<string, unknown> {
  const { server, repository } = call
  const { oid, byteLength: size } = object
  if (!repository.hasObject(object))
    return { oid, size, error: { code: server.switches.lfsMissing, message: 'Object does not exist on the server' } }
  const { href } = server.storage.sign('GET', repository.key(oid), { expiresMs: downloadMs })
  return { oid, size, actions: { download: { href, ...expiry(call, downloadMs) } } }
}

export async function batch(call: Call): Promise<Answer> {
  const {
    server: { switches },
    role,
  } = call
  if (!accepts(call)) throw new Refusal(406, 'Not Acceptable', { documentation: support })
  const { operation, objects, transfers = ['basic'], hash_algo: hash = 'sha256' } = await readJson(call.request)
  if ((operation !== 'upload' && operation !== 'download') || !Array.isArray(objects) || !Array.isArray(transfers)) {
    throw new Refusal(422, 'Invalid batch request', { documentation: support })
  }
  if (role === null && (operation === 'upload' || call.repository.private || !switches.lfsAnonymous)) {
    throw new Refusal(401, requiresAuthentication().message, {
      documentation: '/rest',
      headers: { 'LFS-Authenticate': 'Basic realm="GitHub"' },
    })
  }
  requireRead(call)
  if (operation === 'upload') requireWrite(call, true)
  if (switches.lfsRefusal !== null) throw new Refusal(403, switches.lfsRefusal, { documentation: quotaPage })
  if (hash !== 'sha256')
    throw new Refusal(409, `Unsupported hash algorithm: ${String(hash)}`, { documentation: support })
  if (objects.length > switches.lfsBatchMax)
    throw new Refusal(413, 'Too many objects in the batch', { documentation: support })
  const wanted = objects.map(parseObject)
  return json({
    objects: wanted.map((object) => (operation === 'upload' ? uploadRow(call, object) : downloadRow(call, object))),
  })
}

/** Only after this does GitHub know of the upload. */
export async function verifyObject(call: Call): Promise<Answer> {
  const { server, repository, request } = call
  if (!accepts(call)) throw new Refusal(500, 'error getting verify links', { documentation: support })
  if (request.headers.get('authorization') !== verifyAuthorization) throw requiresAuthentication()
  const object = parseObject(await readJson(request))
  const isFirst = !server.verified.has(object.oid)
  server.verified.add(object.oid)
  if (isFirst && server.switches.verifyOnce === 500)
    throw new Refusal(500, 'error getting verify links', { documentation: support })
  if ((isFirst && server.switches.verifyOnce === 404) || !repository.isStored(object)) {
    throw new Refusal(404, 'Object does not exist on the server', { documentation: support })
  }
  repository.present.add(object.oid)
  return json({})
}
