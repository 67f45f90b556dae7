/** Numbers the requests of a scenario's run, then runs it again for each request and fault, and says what went wrong. */
import { mapSides, type Side } from '../../lib/model/sides.ts'
import type { Fault } from '../hubs/hub.ts'
import { Response } from '../hubs/message.ts'
import { copyPair, type Pair, type Ran } from '../hubs/pair.ts'
import { findLeaks, listSecrets } from './canaries.ts'
import { faultKinds, hosts, hubOf, shorten, type Boundary, type Host, type Scene } from './faults.ts'
import { findDangling, type Homes } from './intact.ts'
import type { Ended, Injection, Measured, Opening } from './measured.ts'
import { explain, mend } from './mend.ts'
import { compareHistories } from './provenance.ts'
import type { Scenario } from './scenario.ts'
import { describeState, Namer } from './state.ts'

/** Each side's objects are in its own store. */
export const ownHomes: Homes = { github: 'github', huggingface: 'huggingface' }

const readsByPost = /\/(?:paths-info|preupload|git-upload-pack|objects\/batch|validate-yaml|tokens?)\b/

/** Undefined for what is none: the bytes of a file may be said to be some, as GitHub does. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Watches one request on its way, and notes what a fault may do to it. */
async function watch(
  host: Host,
  number: number,
  request: Request,
  handle: (request: Request) => Promise<Response>,
): Promise<{ answer: Response; boundary: Boundary }> {
  const { method, url } = request
  const path = new URL(url).pathname
  const isGraphql = path.endsWith('/graphql')
  const copy = isGraphql ? await request.clone().text() : ''
  const answer = await handle(request)
  const bytes = Buffer.from(await answer.arrayBuffer())
  const type = answer.headers.get('content-type') ?? ''
  const value = /json/.test(type) ? parseJson(bytes.toString()) : undefined
  const isRead = /^(?:GET|HEAD)$/.test(method) || readsByPost.test(path) || (isGraphql && !copy.includes('mutation'))
  const isText = type.startsWith('text/plain') && /\/compare\//.test(path)
  const lists = value !== undefined ? shorten(value) : isText ? bytes.toString().split('\n').length - 1 : 0
  return {
    answer: new Response(answer.body === null ? null : new Uint8Array(bytes), answer),
    boundary: {
      host,
      number,
      what: `${method} ${path}`,
      isWrite: !isRead,
      isJson: value !== undefined,
      hasBody: bytes.length > 0,
      lists,
      storesFiles: method === 'POST' && /\/git\/trees$|\/commit\/[^/]+$/.test(path),
    },
  }
}

/** In this process and in virtual time. */
export async function measure(scenario: Scenario): Promise<Measured> {
  const before = await scenario.begin()
  const start = copyPair(before)
  scenario.change?.(start)
  return measureFrom({ scenario, before, start, open: () => copyPair(start), kinds: faultKinds }, copyPair(start))
}

/** The run without a fault, which ends with 0, and after which there is nothing left to do. Throws where that is not so. */
export async function measureFrom(opening: Opening, pair: Pair): Promise<Measured> {
  const { scenario } = opening
  const boundaries: Boundary[] = []
  for (const host of hosts) {
    const hub = hubOf(pair, host)
    let number = 0
    hub.faults.push({
      on: () => true,
      times: Infinity,
      when: 'before',
      act: {
        around: async (request, handle) => {
          const { answer, boundary } = await watch(host, ++number, request, handle)
          boundaries.push(boundary)
          return answer
        },
      },
    })
  }
  const ran = await pair.run(...(scenario.argv ?? []))
  for (const host of hosts) hubOf(pair, host).faults.length = 0
  const namer = new Namer()
  const expected = describeState(pair, namer)
  const again = await pair.run(...(scenario.argv ?? []))
  const settled = describeState(pair, namer)
  const dangling = findDangling(pair, scenario.homes ?? ownHomes)
  if (ran.exitCode !== 0 || again.exitCode !== 0 || settled !== expected || dangling.length > 0)
    throw new Error(
      `${scenario.name}, undisturbed: ${[ran.exitCode, ran.out, ran.err, again.exitCode, again.out, again.err, ...dangling].join('\n')}\n${expected}\n${settled}`,
    )
  return { ...opening, end: pair, expected, boundaries, namer }
}

/** Each request with each fault that can happen to it. */
export function listInjections({ boundaries, kinds }: Measured): Injection[] {
  return boundaries.flatMap((boundary) =>
    Object.entries(kinds).flatMap(([kind, { isFor }]) => (isFor(boundary) ? [{ boundary, kind }] : [])),
  )
}

function refsShown(pair: Pair, side: Side): Map<string, string>[] {
  const { branches, tags } = pair.huggingface.repository
  return side === 'github' ? [pair.github.refs] : [branches, tags]
}

/** Shows what was there before; what is written meanwhile stays. Returns what shows all again. */
function showOld(pair: Pair, side: Side, old: readonly ReadonlyMap<string, string>[]): () => void {
  const shown = refsShown(pair, side)
  const now = shown.map((map) => new Map(map))
  const set = (map: Map<string, string>, to: ReadonlyMap<string, string>) => {
    map.clear()
    for (const [ref, oid] of to) map.set(ref, oid)
  }
  shown.forEach((map, index) => set(map, old[index]!))
  return () =>
    shown.forEach((map, index) => {
      const written = [...map].filter(([ref, oid]) => old[index]!.get(ref) !== oid)
      set(map, new Map([...now[index]!, ...written]))
    })
}

const isSame = (a: readonly ReadonlyMap<string, string>[], b: readonly ReadonlyMap<string, string>[]) =>
  JSON.stringify(a.map((map) => [...map])) === JSON.stringify(b.map((map) => [...map]))

/** What a run that met one fault did, and what was there after it. */
interface Disturbed {
  readonly pair: Pair
  readonly ran: Ran
  readonly isMet: boolean
}

/** Makes the fault happen in the run that comes next on this pair. Returns whether it was met. */
export function arm({ before, kinds }: Measured, pair: Pair, { boundary, kind }: Injection): () => boolean {
  const began = mapSides((side) => refsShown(pair, side).map((map) => new Map(map)))
  const first = mapSides((side) => refsShown(before, side))
  const begun = hubOf(pair, boundary.host).requests.length
  let isMet = false
  const always = (act: Fault['act']) => {
    for (const host of hosts) hubOf(pair, host).faults.unshift({ on: () => true, times: Infinity, when: 'before', act })
  }
  const scene: Scene = {
    pair,
    boundary,
    showOld: (host) => {
      const side = host === 'github' ? 'github' : 'huggingface'
      const hasWritten = !isSame(refsShown(pair, side), began[side])
      return showOld(pair, side, hasWritten ? began[side] : first[side])
    },
    end: () =>
      always(() => {
        throw new Error('killed')
      }),
    always,
  }
  const { when, act } = kinds[kind]!.arm(scene)
  const on = (_: Request, number: number) => {
    if (number - begun !== boundary.number) return false
    isMet = true
    return true
  }
  hubOf(pair, boundary.host).faults.push({ on, when, act })
  return () => isMet
}

export function disarm(pair: Pair): void {
  for (const host of hosts) hubOf(pair, host).faults.length = 0
}

async function disturb(measured: Measured, injection: Injection): Promise<Disturbed> {
  const pair = measured.open()
  const isMet = arm(measured, pair, injection)
  // Each address and each answer that the run meets is looked at for secrets.
  const ran = await pair.run(...(measured.scenario.argv ?? []), '--verbose')
  disarm(pair)
  return { pair, ran, isMet: isMet() }
}

/** Time passes, and all that was still on its way arrives. */
export async function settle(pair: Pair): Promise<void> {
  await pair.clock.sleep(200_000)
  for (const host of hosts) await hubOf(pair, host).landLate()
}

/**
 * Runs until the end is reached, twice at the most after the run that met the fault. `keep` is given each state on the way,
 * for git to judge.
 */
export async function judgeInjection(
  measured: Measured,
  injection: Injection,
  keep: (pair: Pair, state: string) => void,
): Promise<Ended> {
  const { scenario, end, expected, namer, start, kinds } = measured
  const { pair, ran, isMet } = await disturb(measured, injection)
  const told = [`exit ${ran.exitCode}`, ran.out, ran.err]
  const complain = (...what: string[]) => ({ wrong: [...what, ...told].join('\n'), regrouped: false })
  const { boundary, kind } = injection
  if (!isMet) return complain('the fault was never met')
  if (!kind.startsWith('killed') && ![0, 1, 3, 4].includes(ran.exitCode))
    return complain(`the run ended with ${ran.exitCode}`)
  const leaks = findLeaks(ran.out + ran.err, listSecrets(pair))
  if (leaks.length > 0) return complain(`secrets were printed: ${leaks.join(', ')}`)
  await settle(pair)
  let state = describeState(pair, namer)
  // By 409 GitHub says that a repository is empty: then there is nothing to mirror yet.
  const hides = kinds[kind]!.hidesChanges || (kind === 'refused: 409' && /^GET .*\/commits$/.test(boundary.what))
  if (ran.exitCode === 0 && state === describeState(start, namer) && state !== expected && !hides)
    return complain('it said that all is done')
  const isToldToMend = ran.exitCode === 1 && /stored something else than it was sent/.test(ran.out + ran.err)
  if (isToldToMend && kind === 'other bytes stored' && boundary.host === 'huggingface')
    return mend(measured, pair, ran.out + ran.err, complain)
  // After a break within a series of copies, and where a history, or what single commits changed, was not told or believed.
  const mayRegroup =
    ran.exitCode !== 0 || hides || kind === 'a wrong byte' || /\/(?:compare|pulls|discussions)\b/.test(boundary.what)
  for (let runs = 0; ; runs++) {
    const dangling = findDangling(pair, scenario.homes ?? ownHomes)
    if (dangling.length > 0) return complain(...dangling)
    keep(pair, state)
    if (state === expected) return { wrong: null, regrouped: false }
    if (runs === 2) break
    const next = await pair.run(...(scenario.argv ?? []))
    told.push(`then exit ${next.exitCode}`, next.out, next.err)
    state = describeState(pair, namer)
  }
  const wrong = compareHistories(pair, end, {
    isPlain: scenario.isPlain,
    proposes: scenario.argv?.[0] === '--pull-request',
  })
  if (mayRegroup && wrong.length === 0) return { wrong: null, regrouped: true }
  return complain(...wrong, difference(expected, state), explain(pair))
}

export function difference(expected: string, state: string): string {
  const [want, have] = [expected.split('\n'), state.split('\n')]
  return [
    ...want.filter((line) => !have.includes(line)).map((line) => `- ${line}`),
    ...have.filter((line) => !want.includes(line)).map((line) => `+ ${line}`),
  ].join('\n')
}
