/**
 * `git-receive-pack` over HTTP, as git pushes to it (`gitprotocol-http`, `gitprotocol-pack`; what GitHub's own answers
 * is in github/spokes-receive-pack): objects stay only where a ref has moved to what needs them. Packs with deltas are
 * not taken. It knows none of the API's rate limits, and has one of its own.
 */
import { createHash } from 'node:crypto'
import { inflateSync } from 'node:zlib'
import type { ObjectType } from './git.ts'
import { ObjectStore, objectId } from './git.ts'
import { Refusal } from './github-answer.ts'
import { readRole, readToken, spendPush } from './github-call.ts'
import type { Call, Role, Server } from './github-call.ts'
import { checkMove } from './github-refs.ts'
import { Response } from './message.ts'

const absent = '0'.repeat(40)
const typeNames: Record<number, ObjectType> = { 1: 'commit', 2: 'tree', 3: 'blob' }

interface Command {
  readonly before: string
  readonly after: string
  readonly ref: string
}
interface Unpacked {
  readonly type: ObjectType
  readonly body: Buffer
  readonly oid: string
}

const text = (status: number, body: string, headers: Record<string, string> = {}) =>
  new Response(body, { status, headers: { 'Content-Type': 'text/plain', ...headers } })

/** `null` where this is no address of a push. */
export async function answerPush(server: Server, request: Request, url: URL): Promise<Response | null> {
  const [, name] =
    /^\/([^/]+\/[^/]+)\.git\/git-receive-pack$/.exec(
      url.origin + url.pathname === `${server.web}${url.pathname}` ? url.pathname : '',
    ) ?? []
  if (name === undefined) return null
  const { repository, switches } = server
  if (server.former.has(name.toLowerCase()))
    return text(301, '', { Location: `${server.web}/${repository.name}.git/git-receive-pack` })
  let role: Role | null = null
  try {
    role = readRole(server, readToken(request))
  } catch {
    // A wrong token is answered as none.
  }
  if (role === null) return text(401, 'No anonymous write access.', { 'WWW-Authenticate': 'Basic realm="GitHub"' })
  if (request.method !== 'POST' || name.toLowerCase() !== repository.name.toLowerCase())
    return text(404, 'Repository not found.')
  if (role === 'read') return text(403, `Permission to ${repository.name}.git denied.`)
  if (switches.archived) return text(403, 'This repository was archived so it is read-only.')
  if (typeof switches.pushes === 'number') return text(switches.pushes, 'No.')
  if (request.headers.get('content-type') !== 'application/x-git-receive-pack-request') return text(415, '')
  const seconds = spendPush(server)
  if (seconds !== null) return text(429, 'Too many pushes.', { 'Retry-After': `${seconds}` })
  const call: Call = { server, repository, request, url, path: '', role }
  const report = receive(call, Buffer.from(await request.arrayBuffer()))
  // Band 2 is for people.
  const body = Buffer.concat([
    formatLine(Buffer.from('\x02hello\n')),
    formatLine(Buffer.concat([Buffer.from([1]), report])),
    Buffer.from('0000'),
  ])
  return new Response(new Uint8Array(body), { headers: { 'Content-Type': 'application/x-git-receive-pack-result' } })
}

export function formatLine(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from((bytes.length + 4).toString(16).padStart(4, '0')), bytes])
}

function receive(call: Call, body: Buffer): Buffer {
  const { repository } = call
  const { commands, pack } = parseCommands(body)
  const objects = commands.every(({ after }) => after === absent) ? [] : parsePack(pack)
  const brought = new ObjectStore()
  for (const { type, body: content } of objects) brought.write(type, content)
  const lines = commands.map((command) => {
    const refusal = judge(call, command, brought)
    if (refusal !== null) return `ng ${command.ref} ${refusal}\n`
    if (command.after !== absent) repository.store.copy(brought)
    repository.moveRef(command.ref, command.after === absent ? null : command.after)
    return `ok ${command.ref}\n`
  })
  return Buffer.concat([...['unpack ok\n', ...lines].map((line) => formatLine(Buffer.from(line))), Buffer.from('0000')])
}

export function parseCommands(body: Buffer): { readonly commands: Command[]; readonly pack: Buffer } {
  const commands: Command[] = []
  for (let at = 0; ;) {
    const length = Number.parseInt(body.toString('latin1', at, at + 4), 16)
    if (length === 0) return { commands, pack: body.subarray(at + 4) }
    const [line, capabilities] = body.toString('utf8', at + 4, at + length).split('\0')
    const [, before, after, ref] = /^([0-9a-f]{40}) ([0-9a-f]{40}) (\S+)$/.exec(line!) ?? []
    if (ref === undefined || (commands.length === 0) !== (capabilities !== undefined))
      throw new Error(`bogus command: ${line}`)
    commands.push({ before: before!, after: after!, ref })
    at += length
  }
}

/** Throws for what git would not index: another count of objects, another hash, one object twice. */
export function parsePack(pack: Buffer): Unpacked[] {
  const content = pack.subarray(0, -20)
  if (pack.toString('latin1', 0, 4) !== 'PACK' || pack.readUInt32BE(4) !== 2) throw new Error('no pack')
  const objects: Unpacked[] = []
  let at = 12
  for (let count = pack.readUInt32BE(8); count > 0; count--) {
    let [byte, shift] = [content[at++]!, 4]
    const type = typeNames[(byte >> 4) & 7]
    let byteLength = byte & 15
    for (; byte & 128; shift += 7) {
      byte = content[at++]!
      byteLength += (byte & 127) * 2 ** shift
    }
    const { buffer, end } = unpack(content, at)
    at = end
    if (type === undefined || buffer.length !== byteLength) throw new Error('bad object in the pack')
    objects.push({ type, body: buffer, oid: objectId(type, buffer) })
  }
  const isWhole = at === content.length && sha1(content) === pack.toString('hex', pack.length - 20)
  if (!isWhole || new Set(objects.map(({ oid }) => oid)).size !== objects.length) throw new Error('bad pack')
  return objects
}

/** What zlib has packed. What it has stored in one block is taken as it is: to start zlib costs most for short objects. */
function unpack(content: Buffer, at: number): { readonly buffer: Buffer; readonly end: number } {
  const length = content.readUInt16LE(at + 3)
  if (content.readUIntBE(at, 3) === 0x780101 && content.readUInt16LE(at + 5) === 0xffff - length)
    return { buffer: content.subarray(at + 7, at + 7 + length), end: at + length + 11 }
  const { buffer, engine } = inflateSync(content.subarray(at), { info: true }) as unknown as {
    buffer: Buffer
    engine: { bytesWritten: number }
  }
  return { buffer, end: at + engine.bytesWritten }
}

function sha1(bytes: Buffer): string {
  return createHash('sha1').update(bytes).digest('hex')
}

/** Why a ref may not move, in the words of the report; `null` where it may. */
function judge(call: Call, { before, after, ref }: Command, brought: ObjectStore): string | null {
  const {
    repository,
    server: { switches },
  } = call
  if (ref.startsWith('refs/pull/')) return 'deny updating a hidden ref'
  if (switches.protectedTags.has(ref.replace('refs/tags/', '')))
    return 'push declined due to repository rule violations'
  const kind = after === absent ? 'no removal' : ref.startsWith('refs/heads/') ? 'no branch' : 'no other ref'
  if (['declined', kind].includes(`${switches.pushes}`)) return 'pre-receive hook declined'
  const now = repository.refs.get(ref) ?? absent
  if (now !== before)
    return now === absent
      ? 'reference does not exist'
      : before === absent
        ? 'reference already exists'
        : 'incorrect old value provided'
  if (after === absent) return null
  if (!isConnected(after, brought, repository.store)) return 'missing necessary objects'
  // What the hooks see stays only if they take it.
  const { store } = repository
  const fresh = store.copy(brought)
  try {
    checkMove(call, ref, now === absent ? null : now, after)
    return null
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    for (const oid of fresh) store.forget(oid)
    return 'pre-receive hook declined'
  }
}

/** Whether all that an object needs is there. */
function isConnected(oid: string, brought: ObjectStore, store: ObjectStore): boolean {
  const type = brought.type(oid)
  if (type === null) return store.type(oid) !== null
  if (type === 'blob') return true
  const needs =
    type === 'commit'
      ? [brought.readCommit(oid).tree, ...brought.readCommit(oid).parents]
      : brought
          .readTree(oid)
          .filter(({ mode }) => mode !== '160000')
          .map((entry) => entry.oid)
  return needs.every((needed) => isConnected(needed, brought, store))
}
