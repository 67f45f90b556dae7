/**
 * What the script that this tool replaces does at each run, with real git and git-lfs against the same fake hubs:
 * clone, fetch, merge, push.
 */
import { execFile, execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { sides } from '../../lib/model/sides.ts'
import { hasGitLfs } from '../git-judge.ts'
import { servePair, tokens, type Pair } from '../hubs/pair.ts'
import { act, contents, pushToBoth } from '../run/mirror-setup.ts'
import { serveGit } from './git-server.ts'
import type { Figure, Row, Section } from './table.ts'

export interface Cost {
  readonly elapsedMs: number
  readonly requests: number
  readonly bytes: number
}

const versionByteLength = 5_000_000
const stepMsMax = 120_000

const version = (day: number) => Buffer.alloc(versionByteLength, `PAR1 day ${day} `)

/** As a Parquet file of a daily dump is: as many versions as there were days, and one more since the last run. */
function begin(pair: Pair, versions: number): void {
  for (let day = 0; day < versions; day++) {
    pair.huggingface.addObject(version(day))
    pushToBoth(pair, {
      '.gitattributes': '*.parquet filter=lfs diff=lfs merge=lfs -text\n',
      'README.md': '# Corpus\n',
      'dump.parquet': { lfs: version(day) },
    })
  }
  act(pair, 'huggingface', { 'dump.parquet': { lfs: version(versions) } })
  act(pair, 'github', { 'README.md': '# The corpus\n' })
}

/** Both services, and both storages, in bodies both ways. */
function countHubs({ github, huggingface, storages }: Pair): { readonly requests: number; readonly bytes: number } {
  const seen = [github, huggingface, storages.github.hub, storages.huggingface.hub].flatMap((hub) => hub.requests)
  return {
    requests: seen.length,
    bytes: seen.reduce((sum, { uploadedBytes, downloadedBytes }) => sum + uploadedBytes + downloadedBytes, 0),
  }
}

async function measure(pair: Pair, work: () => Promise<void>, more = () => ({ requests: 0, bytes: 0 })): Promise<Cost> {
  const count = () => ({
    requests: countHubs(pair).requests + more().requests,
    bytes: countHubs(pair).bytes + more().bytes,
  })
  const [before, startedMs] = [count(), performance.now()]
  await work()
  const [after, elapsedMs] = [count(), performance.now() - startedMs]
  return { elapsedMs, requests: after.requests - before.requests, bytes: after.bytes - before.bytes }
}

async function measureOurs(versions: number): Promise<Cost> {
  const pair = await servePair()
  begin(pair, versions)
  const cost = await measure(pair, async () => {
    const { exitCode, out, err } = await pair.run()
    if (exitCode !== 0) throw new Error(`The run ended with ${exitCode}:\n${out}${err}`)
  })
  if (JSON.stringify(contents(pair, 'github')) !== JSON.stringify(contents(pair, 'huggingface')))
    throw new Error('The sides are not equal after the run')
  await pair.close()
  return cost
}

/** What the script does: with git-lfs where there are objects, and with git alone. */
const steps = {
  objects: [
    ['lfs', 'fetch', '--all', 'origin'],
    ['remote', 'add', 'hub'],
    ['fetch', '-q', 'hub'],
    ['lfs', 'fetch', '--all', 'hub'],
    ['merge', '-q', '-m', 'Merge hub', 'hub/main'],
    ['lfs', 'push', '--all', 'origin'],
    ['lfs', 'push', '--all', 'hub'],
  ],
  texts: [
    ['remote', 'add', 'hub'],
    ['fetch', '-q', 'hub'],
    ['merge', '-q', '-m', 'Merge hub', 'hub/main'],
  ],
}

/**
 * Runs the script on what both sides hold, which become equal in repositories of its own. `latencyMs`: how long each answer
 * is on its way.
 */
export async function measureScript(pair: Pair, kind: keyof typeof steps, latencyMs = 0): Promise<Cost> {
  const folder = mkdtempSync(join(tmpdir(), 'old-way-'))
  const server = await serveGit(folder, latencyMs)
  try {
    pair.github.writeBareRepository(join(folder, 'github.git'))
    pair.huggingface.writeBareRepository(join(folder, 'hub.git'))
    for (const name of ['github.git', 'hub.git'])
      execFileSync('git', ['config', 'http.receivepack', 'true'], { cwd: join(folder, name) })
    const env = configure(pair, folder)
    const git = async (...argv: string[]) => {
      await promisify(execFile)('git', argv, {
        cwd: argv[0] === 'clone' ? folder : join(folder, 'work'),
        env,
        timeout: stepMsMax,
        maxBuffer: 1e8,
      })
    }
    const script = async () => {
      await git('clone', '-q', `${server.origin}/github.git`, 'work')
      for (const step of steps[kind]) await git(...step, ...(step[0] === 'remote' ? [`${server.origin}/hub.git`] : []))
      await git('push', '-q', '--no-verify', 'origin', 'HEAD:main')
      await git('push', '-q', '--no-verify', 'hub', 'HEAD:main')
    }
    const cost = await measure(pair, script, server.counts)
    const [head, other] = ['github.git', 'hub.git'].map((name) =>
      execFileSync('git', ['rev-parse', 'main'], { cwd: join(folder, name), encoding: 'utf8' }),
    )
    if (head !== other) throw new Error('The sides are not equal after the old way')
    return cost
  } finally {
    server.close()
    rmSync(folder, { recursive: true })
  }
}

/** The environment of git: who asks, and where git-lfs finds the stores. */
function configure({ env }: Pair, folder: string): NodeJS.ProcessEnv {
  const { GITHUB_SERVER_URL: github = '', HF_ENDPOINT: hub = '' } = env
  const config = {
    'user.name': 'Bench',
    'user.email': 'bench@example.org',
    'filter.lfs.process': 'git-lfs filter-process',
    'filter.lfs.clean': 'git-lfs clean -- %f',
    'filter.lfs.smudge': 'git-lfs smudge -- %f',
    'remote.origin.lfsurl': `${github}/acme/corpus.git/info/lfs`,
    'remote.hub.lfsurl': `${hub}/datasets/acme/corpus.git/info/lfs`,
    'lfs.locksverify': 'false',
    ...Object.fromEntries(
      [
        [github, tokens.github],
        [hub, tokens.huggingface],
      ].map(([origin, token]) => [
        `credential.${origin}.helper`,
        `!f() { echo username=bench; echo password=${token}; }; f`,
      ]),
    ),
  }
  return {
    PATH: process.env['PATH'],
    HOME: folder,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_CONFIG_COUNT: String(Object.keys(config).length),
    ...Object.fromEntries(
      Object.entries(config).flatMap(([key, value], index) => [
        [`GIT_CONFIG_KEY_${index}`, key],
        [`GIT_CONFIG_VALUE_${index}`, value],
      ]),
    ),
  }
}

async function measureOld(versions: number): Promise<Cost> {
  const pair = await servePair()
  try {
    begin(pair, versions)
    const cost = await measureScript(pair, 'objects')
    const oids = Array.from({ length: versions + 1 }, (_, day) =>
      createHash('sha256').update(version(day)).digest('hex'),
    )
    const lacks = sides.some((side) =>
      oids.some((oid) => !pair.storages[side].objects.has(pair[side].repository.key(oid))),
    )
    if (lacks) throw new Error('Not both sides have all objects after the old way')
    return cost
  } finally {
    await pair.close()
  }
}

const format = ({ elapsedMs, requests, bytes }: Cost): Record<string, Figure> => ({
  time: { value: elapsedMs, unit: 'ms' },
  requests: { value: requests, unit: 'requests' },
  bytes: { value: bytes, unit: 'bytes' },
})

export async function measureOldWay(short: boolean): Promise<Section> {
  const versions = short ? 5 : 20
  const title = `the old way: a text here, version ${versions + 1} of a 5 MB object there`
  const columns = ['time', 'requests', 'bytes']
  const ours = await measureOurs(versions)
  const rows: Row[] = [{ name: 'hubmirror', cells: format(ours) }]
  if (!hasGitLfs)
    return {
      title,
      columns,
      rows: [...rows, { name: 'git and git-lfs', cells: {}, note: 'not measured: git-lfs is not installed' }],
    }
  const old = await measureOld(versions)
  const ratio = (of: keyof Cost): Figure => ({ value: ours[of] / old[of], unit: 'ratio' })
  rows.push(
    { name: 'git and git-lfs', cells: format(old) },
    { name: 'ratio', cells: { time: ratio('elapsedMs'), requests: ratio('requests'), bytes: ratio('bytes') } },
  )
  return { title, columns, rows }
}
