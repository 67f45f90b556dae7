/**
 * Both remotes and the whole mirror against the services that `LIVE_GITHUB` and `LIVE_HF` name, and what was observed
 * there.
 */
import { writeFileSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { sync } from '../../lib/cli/command.ts'
import { sides, type Side } from '../../lib/model/sides.ts'
import { openConnections } from '../contract/connection.ts'
import { describeRemote } from '../contract/contract.ts'
import { openWriter, type Writer } from '../contract/writer.ts'
import { Answered, probes } from './answers.ts'
import { openScene } from './ask.ts'
import { Observations, watchMoves } from './observations.ts'
import { probeDangling, probeLag, probeWeakToken } from './probes.ts'
import { answersFile, commandEnvironment, listSecrets, waitMaxMs } from './setting.ts'

const env = commandEnvironment(process.env)
const observations = new Observations()
const network = watchMoves(globalThis.fetch, observations)
const run = `contract-${new Date().toISOString().slice(0, 19).replace(/\D/g, '')}-${Math.random().toString(36).slice(2, 8)}`
const sleep = (ms: number) =>
  new Promise<void>((resolve) => {
    setTimeout(resolve, Math.min(ms, waitMaxMs(process.env)))
  })
const connections = openConnections(env, run, { fetch: network, sleep })

const answered = new Answered(listSecrets(env))

afterAll(() => {
  const file = answersFile(process.env)
  writeFileSync(file, answered.formatFile(new Date().toISOString().slice(0, 10)))
  process.stdout.write(`${observations.format()}\n${answered.formatTable()}\nThe answers are in ${file}\n`)
})

for (const side of sides) describeRemote(`the live ${side}`, () => Promise.resolve(connections[side]))

describe('what nobody promises is observed', () => {
  it('of how long reads lag behind writes, three times', async () => {
    for (const side of [...sides, ...sides, ...sides]) observations.add('lag', await probeLag(connections[side]))
    expect(observations.list('lag')).not.toHaveLength(0)
  })

  it('of `updateRefs`, by what was answered so far', () => {
    expect(observations.list('updateRefs')).not.toHaveLength(0)
  })

  it('of pointers without objects', async () => {
    for (const side of sides) observations.add('dangling', await probeDangling(connections[side]))
    expect(observations.list('dangling')).toHaveLength(2)
  })

  it('of tokens without write permission', async () => {
    const variables: Record<Side, string> = { github: 'LIVE_GITHUB_READ_TOKEN', huggingface: 'LIVE_HF_READ_TOKEN' }
    for (const side of sides)
      for (const seen of await probeWeakToken(connections[side], variables[side])) observations.add('weak', seen)
    expect(observations.list('weak')).not.toHaveLength(0)
  })
})

describe('the mirror', () => {
  /**
   * `--init union` joins what earlier runs left on one side alone; the files of both sides' own first pages may differ.
   */
  const mirror = async (...argv: string[]) => {
    let said = ''
    const say = (text: string) => {
      said += text
    }
    const exitCode = await sync(
      [
        '--init',
        'union',
        '--take',
        'README.md=github',
        '--take',
        '.gitignore=github',
        '--take',
        'LICENSE=github',
        ...argv,
      ],
      { env, out: say, err: say, fetch: network, sleep },
    )
    return { exitCode, said }
  }
  const folders = {
    github: { ...connections.github, scratch: `${run}-mirror` },
    huggingface: { ...connections.huggingface, scratch: `${run}-mirror` },
  }
  const object = { lfs: Buffer.alloc(300_000, `${run}\0`) }

  const readOids = async ({ connect, head, at, readHead }: Writer, names: readonly string[]) => {
    await readHead()
    const entries = await connect().readEntries(head()!, names.map(at))
    return names.map((name) => entries.get(at(name))?.lfs?.oid ?? entries.get(at(name))?.oid ?? null)
  }

  it('brings a few files both ways, then an edit and deletions, and then finds nothing to do', async () => {
    const [github, huggingface] = [await openWriter(folders.github), await openWriter(folders.huggingface)]
    await github.write(
      { 'from github.txt': 'github\n', 'both.txt': 'one\ntwo\nthree\nfour\n' },
      { title: 'Add files on GitHub' },
    )
    await huggingface.write(
      { 'from the hub.txt': 'hub\n', 'object.bin': object, 'gone.txt': 'soon\n' },
      { title: 'Add files on Hugging Face' },
    )
    expect(await mirror()).toMatchObject({ exitCode: 0 })
    const names = ['from github.txt', 'both.txt', 'from the hub.txt', 'gone.txt']
    const first = await readOids(github, names)
    expect(first).toEqual(await readOids(huggingface, names))
    expect(first).not.toContain(null)
    await github.write({ 'both.txt': 'ONE\ntwo\nthree\nfour\n' }, { title: 'Change the first line' })
    await huggingface.write(
      { 'both.txt': 'one\ntwo\nthree\nFOUR\n', 'gone.txt': null },
      { title: 'Change the last line' },
    )
    expect(await mirror()).toMatchObject({ exitCode: 0, said: expect.stringContaining('merged') })
    const second = await readOids(github, names)
    expect(second).toEqual([first[0], expect.any(String), first[2], null])
    expect(second[1]).not.toBe(first[1])
    expect(await readOids(huggingface, names)).toEqual(second)
    expect(await mirror('--verify')).toMatchObject({ exitCode: 0 })
    const { exitCode, said } = await mirror()
    expect([exitCode, said]).toEqual([0, expect.stringMatching(/in sync/i)])
    await github.readHead()
    await github.clear()
    expect(await mirror('--allow-delete')).toMatchObject({ exitCode: 0 })
    expect(await readOids(huggingface, names)).toEqual([null, null, null, null])
  })
})

// The last question spends the commits that the Hub takes in an hour.
describe('each open question is asked', () => {
  const scene = openScene(env, connections, network)
  for (const side of sides) {
    for (const probe of probes[side]) {
      it(`of ${side}: ${probe.answers.join(', ')}`, async () => {
        const { seen } = await answered.ask(side, probe, scene)
        expect(seen).not.toMatch(/^the question failed/)
      }, 1_800_000)
    }
  }
})
