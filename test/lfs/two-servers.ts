/** Two LFS servers of this machine, objects on their way from one to the other, and what goes wrong with them. */
import { expect } from 'vitest'
import { Http } from '../../lib/http/http.ts'
import { Lfs } from '../../lib/lfs/server.ts'
import type { LfsObject } from '../../lib/model/entry.ts'
import type { FaultAct } from '../hubs/hub.ts'
import { apiToken, LfsServer, objectOf, secretWords } from '../hubs/lfs-server.ts'

export interface TwoServers {
  readonly github: LfsServer
  readonly huggingface: LfsServer
  readonly from: Lfs
  readonly to: Lfs
  /** ms that were waited before a request was repeated. */
  readonly waits: number[]
  readonly mirror: (...objects: LfsObject[]) => Promise<LfsObject[]>
  readonly close: () => Promise<void>
}

export async function startTwoServers(): Promise<TwoServers> {
  const [github, huggingface] = await Promise.all([new LfsServer().start(), new LfsServer().start()])
  const waits: number[] = []
  const http = new Http({
    origins: { github: [github.origin], huggingface: [huggingface.origin] },
    secrets: [apiToken],
    random: () => 0,
    sleep: async (ms) => void waits.push(ms),
  })
  const lfsOf = (side: 'github' | 'huggingface', host: LfsServer) =>
    new Lfs(http, {
      side,
      url: `${host.origin}/info/lfs`,
      authorization: `Bearer ${apiToken}`,
      transfers: ['basic', 'multipart'],
      ref: 'refs/heads/main',
    })
  const [from, to] = [lfsOf('github', github), lfsOf('huggingface', huggingface)]
  const mirror = (...objects: LfsObject[]) =>
    to.upload(objects.map((object) => ({ object, open: (at) => from.open(object, at) })))
  const close = async () => void (await Promise.all([github.close(), huggingface.close()]))
  return { github, huggingface, from, to, waits, mirror, close }
}

export function put(host: LfsServer, content: Buffer): LfsObject {
  const object = objectOf(content)
  host.objects.set(object.oid, content)
  return object
}

/** What storage says of an address whose time is over. */
export const expired = {
  status: 403,
  body: '<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>',
}

/** Spoils the next answers of its storage, or as many as `times`. */
export function failStorage(
  { storage }: LfsServer,
  act: FaultAct,
  { when = 'before', times = 1 }: { readonly when?: 'before' | 'after'; readonly times?: number } = {},
): void {
  storage.hub.faults.push({ on: () => true, when, times, act })
}

/** The error that the work ends in, which tells no secret. */
export async function failure(work: Promise<unknown>): Promise<Error> {
  const error = await work.then(
    () => null,
    (reason: Error) => reason,
  )
  expect(error, 'it fails').toBeInstanceOf(Error)
  expect(`${error!.message}${error!.stack}${JSON.stringify(error)}`).not.toMatch(secretWords)
  return error!
}
