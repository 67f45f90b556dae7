/** Both fake hubs side by side with one repository each, and the command run against them. */
import { syncBuiltinESMExports } from 'node:module'
import { http } from 'msw'
import { setupServer } from 'msw/node'
import { sync } from '../../lib/cli/command.ts'
import type { Console } from '../../lib/cli/console.ts'
import { sides } from '../../lib/model/sides.ts'
import { createGithubHub, type GithubHub, type GithubOptions } from './github.ts'
import { serve, systemClock, VirtualClock, type Clock, type Tls } from './hub.ts'
import { createHuggingFaceHub, type HuggingFaceHub, type HuggingFaceOptions } from './huggingface.ts'
import { Request, toGlobal } from './message.ts'
import { copySets, refillPair } from './refill-pair.ts'
import { Storage } from './storage.ts'

export const tokens = {
  github: 'ghp_mirrorWrites0123456789',
  githubRead: 'ghp_mirrorReads0123456789',
  huggingface: 'hf_mirrorWrites0123456789',
  huggingfaceRead: 'hf_mirrorReads0123456789',
}
export const names = { github: 'acme/corpus', huggingface: 'datasets/acme/corpus' }

/** What one call of the command did: its exit code, its output, and the requests that the hubs saw, without storage. */
export interface Ran {
  readonly exitCode: number
  readonly out: string
  readonly err: string
  readonly requests: number
  readonly log: readonly string[]
}

export interface Pair {
  readonly github: GithubHub
  readonly huggingface: HuggingFaceHub
  readonly storages: { readonly github: Storage; readonly huggingface: Storage }
  readonly env: Record<string, string>
  readonly clock: Clock
  /** What `run` gives to the command. */
  readonly network: Pick<Console, 'fetch' | 'sleep' | 'now' | 'proxies'>
  readonly run: (...argv: string[]) => Promise<Ran>
  readonly close: () => Promise<void>
}

export interface PairOptions {
  readonly github?: Partial<GithubOptions>
  readonly huggingface?: Partial<HuggingFaceOptions>
  readonly env?: Record<string, string>
  /** On ports: what they show, where they speak TLS; and the proxies that the command is told of. */
  readonly tls?: Tls
  readonly proxies?: Record<string, string>
  /** On ports, where time is real: no wait of the command is longer than this, in milliseconds. */
  readonly waitMsMax?: number
  /** How long each answer is on its way: in virtual time, or on ports. */
  readonly latencyMs?: () => number
}

interface Origins {
  readonly github: string
  readonly githubLfs: string
  readonly githubStorage: string
  readonly huggingface: string
  readonly huggingfaceStorage: string
}

function createHubs(origins: Origins, clock: Clock, options: PairOptions, api: string, graphql: string) {
  const storages = {
    github: new Storage(origins.githubStorage, clock),
    huggingface: new Storage(origins.huggingfaceStorage, clock),
  }
  const github = createGithubHub({
    name: names.github,
    api,
    graphql,
    web: origins.github,
    lfs: origins.githubLfs,
    ...(api.startsWith(origins.github) && { raw: `${origins.github}/raw` }),
    storage: storages.github,
    clock,
    tokens: new Map([
      [tokens.github, 'write'],
      [tokens.githubRead, 'read'],
    ]),
    ...options.github,
  })
  const huggingface = createHuggingFaceHub({
    id: names.huggingface,
    origin: origins.huggingface,
    storage: storages.huggingface,
    clock,
    user: 'alice',
    tokens: new Map([
      [tokens.huggingface, 'write'],
      [tokens.huggingfaceRead, 'read'],
    ]),
    ...options.huggingface,
  })
  const env: Record<string, string> = {
    GITHUB_TOKEN: tokens.github,
    HF_TOKEN: tokens.huggingface,
    GITHUB_REPOSITORY: names.github,
    HF_REPO: names.huggingface,
    GITHUB_API_URL: api,
    GITHUB_GRAPHQL_URL: graphql,
    GITHUB_SERVER_URL: origins.github,
    HF_ENDPOINT: origins.huggingface,
    ...options.env,
  }
  return { storages, github, huggingface, env }
}

function createPair(
  hubs: ReturnType<typeof createHubs>,
  clock: Clock,
  network: Pick<Console, 'fetch' | 'sleep' | 'now' | 'proxies'>,
  close: () => Promise<void>,
): Pair {
  const { github, huggingface, env } = hubs
  const run = async (...argv: string[]): Promise<Ran> => {
    const before = { github: github.requests.length, huggingface: huggingface.requests.length }
    let [out, err] = ['', '']
    const exitCode = await sync(argv, {
      env,
      out: (text) => {
        out += text
      },
      err: (text) => {
        err += text
      },
      ...network,
    })
    const log = [...github.requests.slice(before.github), ...huggingface.requests.slice(before.huggingface)].map(
      ({ method, url, status }) => `${method} ${new URL(url).pathname} ${status}`,
    )
    return { exitCode, out, err, requests: log.length, log }
  }
  return { ...hubs, clock, network, run, close }
}

/** Both hubs by the services' own names, and who answers at which of them. */
function createNamedHubs(clock: Clock, options: PairOptions) {
  const origins = {
    github: 'https://github.com',
    githubLfs: 'https://lfs.github.com',
    githubStorage: 'https://github-cloud.s3.amazonaws.com',
    huggingface: 'https://huggingface.co',
    huggingfaceStorage: 'https://hf-hub-lfs-us-east-1.s3-accelerate.amazonaws.com',
  }
  const hubs = createHubs(origins, clock, options, 'https://api.github.com', 'https://api.github.com/graphql')
  const answering = new Map<string, { fetch: (request: Request) => Promise<Response> }>([
    ['https://api.github.com', hubs.github],
    ['https://raw.githubusercontent.com', hubs.github],
    [origins.github, hubs.github],
    [origins.githubLfs, hubs.github],
    [origins.githubStorage, hubs.storages.github.hub],
    [origins.huggingface, hubs.huggingface],
    [origins.huggingfaceStorage, hubs.storages.huggingface.hub],
    ['https://hf.co', hubs.huggingface],
    ['https://cas-bridge.xethub.hf.co', hubs.storages.huggingface.hub],
  ])
  const answer = (request: Request) => {
    const hub = answering.get(new URL(request.url).origin)
    if (!hub) throw new Error(`Nobody answers at ${request.url}`)
    return hub.fetch(request)
  }
  return { hubs, answer }
}

/** Both hubs in this process, in virtual time, at the services' own addresses. */
export function startPair(options: PairOptions = {}): Pair {
  const clock = new VirtualClock()
  const { hubs, answer } = createNamedHubs(clock, options)
  const network: typeof fetch = async (input, init) => {
    if (options.latencyMs) await clock.sleep(options.latencyMs())
    return answer(new Request(input, init))
  }
  return createPair(hubs, clock, { fetch: network, sleep: (ms) => clock.sleep(ms), now: () => clock.now() }, () =>
    Promise.resolve(),
  )
}

/**
 * A pair in virtual time whose repositories, objects, switches and tokens are copies of those of `pair`, so that a story need
 * not be told twice. What `options` name is otherwise.
 */
export function copyPair(pair: Pair, options: PairOptions = {}): Pair {
  const copy = startPair(options)
  const { clock } = copy
  if (clock instanceof VirtualClock) clock.pass(pair.clock.now() - clock.now())
  for (const side of sides) Object.assign(copy[side].switches, copySets(pair[side].switches), options[side]?.switches)
  Object.assign(copy.env, pair.env, options.env)
  refillPair(copy, pair)
  for (const side of sides)
    for (const name of ['private', 'defaultBranch'] as const)
      if (name in (options[side] ?? {}))
        Object.assign(copy[side].repository, { [name]: (options[side] as PairOptions['github'])![name] })
  return copy
}

/**
 * Both hubs in this process, in real time, at the services' own addresses. The command is given nothing: msw answers
 * its global `fetch`, and node's client, by which large bodies leave.
 */
export function interceptPair(options: PairOptions = {}): Promise<Pair> {
  const { hubs, answer } = createNamedHubs(systemClock, withoutWaits(options))
  const server = setupServer(http.all('*', async ({ request }) => toGlobal(await answer(request))))
  server.listen({ onUnhandledRequest: 'error' })
  // msw replaces functions of node:https; who has imported them by name sees it from here on.
  syncBuiltinESMExports()
  const close = async () => {
    server.close()
    syncBuiltinESMExports()
  }
  return Promise.resolve(createPair(hubs, systemClock, {}, close))
}

/** In real time the fakes answer at once. */
function withoutWaits(options: PairOptions): PairOptions {
  return {
    ...options,
    huggingface: { ...options.huggingface, switches: { commitMsPerOperation: 0, ...options.huggingface?.switches } },
  }
}

/** Both hubs on five loopback ports, for everything about LFS, streams and broken connections. */
export async function servePair(options: PairOptions = {}): Promise<Pair> {
  // A service that takes ten seconds to fail is as good in one hundredth of one.
  const clock: Clock = { now: () => systemClock.now(), sleep: (ms) => systemClock.sleep(Math.min(ms, 10)) }
  const answer = new Map<string, (request: Request) => Promise<Response>>()
  const answerLater = async (origin: string, request: Request) => {
    await systemClock.sleep(options.latencyMs?.() ?? 0)
    return answer.get(origin)!(request)
  }
  const servers = await Promise.all(
    Array.from({ length: 5 }, () => serve((origin) => (request) => answerLater(origin, request), options.tls)),
  )
  const [github, githubLfs, githubStorage, huggingface, huggingfaceStorage] = servers.map(({ origin }) => origin) as [
    string,
    string,
    string,
    string,
    string,
  ]
  const hubs = createHubs(
    { github, githubLfs, githubStorage, huggingface, huggingfaceStorage },
    clock,
    withoutWaits(options),
    `${github}/api/v3`,
    `${github}/api/graphql`,
  )
  answer
    .set(github, (request) => hubs.github.fetch(request))
    .set(githubLfs, (request) => hubs.github.fetch(request))
    .set(githubStorage, (request) => hubs.storages.github.hub.fetch(request))
  answer
    .set(huggingface, (request) => hubs.huggingface.fetch(request))
    .set(huggingfaceStorage, (request) => hubs.storages.huggingface.hub.fetch(request))
  const { waitMsMax, proxies } = options
  const sleep = (ms: number) =>
    new Promise<void>((resolve) => {
      setTimeout(resolve, Math.min(ms, waitMsMax!))
    })
  const network = { ...(waitMsMax !== undefined && { sleep }), ...(proxies && { proxies }) }
  return createPair(hubs, clock, network, async () => {
    await Promise.all(servers.map(({ close }) => close()))
  })
}
