/** A fake Hub with one repository and the remote that talks to it, in one process and in virtual time. */
import { parseHuggingFaceId } from '../../lib/cli/repository-id.ts'
import { Http } from '../../lib/http/http.ts'
import { createHuggingFaceRemote, type HuggingFaceOptions } from '../../lib/huggingface/remote.ts'
import type { Remote } from '../../lib/model/remote.ts'
import { VirtualClock } from '../hubs/hub.ts'
import type { Switches } from '../hubs/huggingface-switches.ts'
import { createHuggingFaceHub, type HuggingFaceHub } from '../hubs/huggingface.ts'
import { Request } from '../hubs/message.ts'
import { commitMaker } from '../hubs/new-commits.ts'
import { Storage } from '../hubs/storage.ts'

export const origin = 'https://huggingface.test'
export const storageOrigin = 'https://storage.s3.amazonaws.com'
export const writer = 'hf_writer_0123456789'
export const reader = 'hf_reader_0123456789'

export interface Setup {
  readonly id?: string
  readonly branch?: string
  readonly private?: boolean
  readonly switches?: Partial<Switches>
}

export interface World {
  readonly hub: HuggingFaceHub
  readonly storage: Storage
  readonly clock: VirtualClock
  readonly http: Http
  readonly remote: Remote
  /** Another remote on the same hub. */
  readonly connect: (options?: Partial<HuggingFaceOptions>) => Remote
  /** `METHOD path` of what the hub was asked since the last call. */
  readonly takeRequests: () => string[]
}

export function startWorld({
  id = 'datasets/acme/corpus',
  branch = 'main',
  private: isPrivate = false,
  switches = {},
}: Setup = {}): World {
  const clock = new VirtualClock()
  const storage = new Storage(storageOrigin, clock)
  const hub = createHuggingFaceHub({
    id,
    origin,
    storage,
    clock,
    tokens: new Map([
      [writer, 'write'],
      [reader, 'read'],
    ]),
    user: 'mirror-bot',
    private: isPrivate,
    switches,
  })
  const network: typeof fetch = (input, init) => {
    const request = new Request(input, init)
    return new URL(request.url).origin === origin ? hub.fetch(request) : storage.hub.fetch(request)
  }
  const http = new Http({
    fetch: network,
    sleep: (ms) => clock.sleep(ms),
    now: () => clock.now(),
    origins: { github: [], huggingface: [origin] },
    secrets: [writer, reader],
    random: () => 0,
  })
  const connect = (options: Partial<HuggingFaceOptions> = {}) =>
    createHuggingFaceRemote(http, {
      repository: parseHuggingFaceId(id, 'dataset').repository,
      branch,
      token: writer,
      endpoint: origin,
      ...options,
    })
  let taken = 0
  const takeRequests = () => {
    const requests = hub.requests.slice(taken)
    taken = hub.requests.length
    return requests.map(({ method, url }) => `${method} ${new URL(url).pathname}`)
  }
  return { hub, storage, clock, http, remote: connect(), connect, takeRequests }
}

export function link(digit: string): string {
  return `https://github.com/acme/corpus/commit/${digit.repeat(40)}`
}

export const newCommit = commitMaker(link)

/** The texts of a branch's files by path. */
export function texts(hub: HuggingFaceHub, branch = 'main'): Record<string, string> {
  const files = [...hub.files(branch)].filter(([path]) => path !== '.gitattributes')
  return Object.fromEntries(files.map(([path, { content }]) => [path, content.toString('utf8')]))
}

export const everything = () => true

export const big = Buffer.alloc(2000, 7)
