/** What can go wrong with one request, as a table: each row has a name, the requests it can happen to, and what happens. */
import type { Fault, FaultAct, Hub } from '../hubs/hub.ts'
import { Request, Response } from '../hubs/message.ts'
import type { Pair } from '../hubs/pair.ts'

/** The hosts that a run asks: both services, and the storage of each. */
export const hosts = ['github', 'githubStorage', 'huggingface', 'huggingfaceStorage'] as const
export type Host = (typeof hosts)[number]
export const hubOf = (pair: Pair, host: Host): Hub =>
  host === 'github' || host === 'huggingface'
    ? pair[host]
    : pair.storages[host === 'githubStorage' ? 'github' : 'huggingface'].hub

/** One request of the undisturbed run. `lists`: how many rows the longest list of its answer has. */
export interface Boundary {
  readonly host: Host
  readonly number: number
  readonly what: string
  readonly isWrite: boolean
  readonly isJson: boolean
  readonly hasBody: boolean
  readonly lists: number
  /** A write of files, which a service can store otherwise. */
  readonly storesFiles: boolean
}

/** What a fault can reach while the run goes on. */
export interface Scene {
  readonly pair: Pair
  readonly boundary: Boundary
  /** References as they were before the last change of each service, which a server that lags behind still shows. */
  readonly showOld: (host: Host) => () => void
  /** From now on nothing of this run arrives anywhere, as when its process is gone. */
  readonly end: () => void
  /** From now on all requests are answered by this, whichever host they go to. */
  readonly always: (act: FaultAct) => void
}

/**
 * `isFor` says which requests it can happen to. `passes`: by itself, so that a run may end with 0 and have seen less than
 * there is; the next one has to see it.
 */
export interface FaultKind {
  readonly isFor: (boundary: Boundary) => boolean
  readonly arm: (scene: Scene) => Pick<Fault, 'when' | 'act'>
  readonly hidesChanges?: true
}

const all = () => true
const isWrite = (boundary: Boundary) => boundary.isWrite
const isOnGithub = ({ host }: Boundary) => host === 'github'
const isService = ({ host }: Boundary) => host === 'github' || host === 'huggingface'

const refusal = (status: number, message: string, headers: Record<string, string> = {}) => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify({ message, error: message }),
})
const answered = (act: FaultAct, when: Fault['when'] = 'before', isFor: FaultKind['isFor'] = all): FaultKind => ({
  isFor: when === 'after' ? (boundary) => boundary.isWrite && isFor(boundary) : isFor,
  arm: () => ({ when, act }),
})
const page: FaultAct = {
  status: 200,
  headers: { 'content-type': 'text/html' },
  body: '<!doctype html><title>Log in</title><h1>Busy</h1>',
}

const killed = () => {
  throw new Error('killed')
}

/** Answers 504 after a minute, and does what was asked two minutes later. */
const answerLate: FaultKind = {
  isFor: isWrite,
  arm: ({ pair, boundary }) => ({
    when: 'before',
    act: {
      around: async (request, handle) => {
        const hub = hubOf(pair, boundary.host)
        const { url, method, headers } = request
        const body = Buffer.from(await request.arrayBuffer())
        await hub.clock.sleep(60_000)
        hub.late.push({
          atMs: hub.clock.now() + 120_000,
          land: () => handle(new Request(url, { method, headers, ...(body.length > 0 && { body }) })),
        })
        return new Response('<html>Gateway Time-out</html>', { status: 504 })
      },
    },
  }),
}

/** Of the longest list in a JSON value the last row is taken out. Returns how many rows it had. */
export function shorten(value: unknown): number {
  let longest: unknown[] = []
  const visit = (one: unknown): void => {
    if (typeof one !== 'object' || one === null) return
    if (Array.isArray(one) && one.length > longest.length) longest = one
    for (const inner of Object.values(one)) visit(inner)
  }
  visit(value)
  const { length } = longest
  longest.pop()
  return length
}

const endEarly: FaultKind = {
  // What is asked by name, and what a batch is answered, are no lists that have pages.
  isFor: ({ lists, isWrite: writes, what }) => lists > 0 && !writes && !/paths-info|\/batch$/.test(what),
  hidesChanges: true,
  arm: () => ({
    when: 'before',
    act: {
      around: async (request, handle) => {
        const answer = await handle(request)
        const headers = new Headers([...answer.headers])
        for (const name of ['link', 'content-length']) headers.delete(name)
        const text = await answer.text()
        if (/json/.test(headers.get('content-type') ?? '')) {
          const value: unknown = JSON.parse(text)
          shorten(value)
          return new Response(JSON.stringify(value), { status: answer.status, headers })
        }
        return new Response(text.replace(/[^\n]*\n$/, ''), { status: answer.status, headers })
      },
    },
  }),
}

const lagBehind: FaultKind = {
  isFor: (boundary) => !boundary.isWrite && isService(boundary),
  hidesChanges: true,
  arm: ({ boundary, showOld }) => ({
    when: 'before',
    act: {
      around: async (request, handle) => {
        const end = showOld(boundary.host)
        try {
          return await handle(request)
        } finally {
          end()
        }
      },
    },
  }),
}

const storeOthers: FaultKind = {
  isFor: ({ storesFiles }) => storesFiles,
  arm: ({ pair, boundary }) => ({
    when: 'before',
    act: {
      around: async (request, handle) => {
        const { switches } = pair[boundary.host === 'github' ? 'github' : 'huggingface']
        switches.stores = { how: 'other bytes' }
        try {
          return await handle(request)
        } finally {
          switches.stores = null
        }
      },
    },
  }),
}

/** The other shape: `null` for what may be anything, a list where an object is meant, and the other way round. */
const otherShape: FaultKind = {
  isFor: ({ isJson }) => isJson,
  arm: ({ boundary }) => ({
    when: 'before',
    act: {
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: ['[]', '{}', 'null', '{"data":null}', '[null]'][boundary.number % 5]!,
    },
  }),
}

const secondary = 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.'

export const faultKinds: Readonly<Record<string, FaultKind>> = {
  'refused: 403': answered(refusal(403, 'Resource not accessible by integration')),
  'refused: 404': answered(refusal(404, 'Not Found')),
  'refused: 409': answered(refusal(409, 'Conflict')),
  'refused: 412': answered(refusal(412, 'The branch was updated since you opened this page')),
  'refused: 422': answered(refusal(422, 'Validation Failed')),
  'token ended: 401, once': answered(refusal(401, 'Bad credentials')),
  'token ended: 401 from here on': {
    isFor: isService,
    arm: ({ always }) => ({
      when: 'before',
      act: {
        around: () => {
          const ended = refusal(401, 'Bad credentials')
          always(ended)
          return Promise.resolve(new Response(ended.body, ended))
        },
      },
    }),
  },
  'busy: 429 with Retry-After': answered(refusal(429, 'Too many requests', { 'retry-after': '30' })),
  'busy: 429 without a word': answered({ status: 429 }),
  "busy: 429 with the Hub's RateLimit": answered(
    refusal(429, 'We had to rate limit you', { ratelimit: '"api";r=0;t=55' }),
    'before',
    ({ host }) => host === 'huggingface',
  ),
  'busy: 403, a secondary limit': answered(refusal(403, secondary, { 'retry-after': '30' }), 'before', isOnGithub),
  'busy: 403, the hour is used up': {
    isFor: isOnGithub,
    arm: ({ pair }) => ({
      when: 'before',
      act: refusal(403, 'API rate limit exceeded for installation', {
        'x-ratelimit-remaining': '0',
        'x-ratelimit-reset': String(Math.ceil(pair.clock.now() / 1000) + 90),
      }),
    }),
  },
  'dropped before': answered('drop'),
  'dropped after': answered('drop', 'after'),
  '500 before': answered({ status: 500, body: '{}' }),
  '502 before': answered({ status: 502, body: '<html>Bad Gateway</html>' }),
  '503 before': answered({ status: 503 }),
  '504 before': answered({ status: 504 }),
  '500 after': answered({ status: 500, body: '{}' }, 'after'),
  '502 after': answered({ status: 502, body: '<html>Bad Gateway</html>' }, 'after'),
  '504 after': answered({ status: 504 }, 'after'),
  '504 that lands two minutes later': answerLate,
  'half a body': { isFor: ({ hasBody }) => hasBody, arm: () => ({ when: 'after', act: 'cut' }) },
  'a wrong byte': { isFor: ({ hasBody }) => hasBody, arm: () => ({ when: 'after', act: 'corrupt' }) },
  'other bytes stored': storeOthers,
  'a page with 200 before': answered(page),
  'a page with 200 after': answered(page, 'after'),
  'JSON of another shape': otherShape,
  'a list that ends early': endEarly,
  'what was there before': lagBehind,
  'killed before': { isFor: all, arm: ({ end }) => ({ when: 'before', act: () => (end(), killed()) }) },
  'killed after': { isFor: isWrite, arm: ({ end }) => ({ when: 'after', act: () => (end(), killed()) }) },
  'the network is gone from here on': {
    isFor: all,
    arm: ({ always }) => ({
      when: 'before',
      act: () => {
        always('drop')
        throw new TypeError('fetch failed')
      },
    }),
  },
}
