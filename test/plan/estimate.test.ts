/** What a dry run says that the run will cost, against what it costs. */
import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { otherSide, sides, type Side } from '../../lib/model/sides.ts'
import { chooseScenarios, manyFiles, startScenario } from '../bench/requests.ts'
import { servePair, startPair, type Pair } from '../hubs/pair.ts'
import { act, beginMirror, bob, pictures, type Files } from '../run/mirror-setup.ts'
import { expectCost } from './by-limit.ts'

/** `begin`: what is mirrored already; without it the run is the first one. */
interface World {
  readonly name: string
  readonly begin?: Files
  readonly change: (pair: Pair) => unknown
  readonly onPorts?: true
  readonly argv?: readonly string[]
}

const numbered = (count: number, make: (index: number) => [string, Files[string]]): Files =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => make(index)))
const objects = (count: number, byteLength: number, folder = 'o') =>
  numbered(count, (index) => [`${folder}/${index}.parquet`, { lfs: randomBytes(byteLength) }])
const binaries = (count: number, byteLength: number) =>
  numbered(count, (index) => [`b/${index}.bin`, randomBytes(byteLength)])
const texts = (side: string, count: number) =>
  numbered(count, (index) => [`${side}/${index % 7}/${index}.txt`, `${side} ${index}\n`])
const deleted = (files: Files) => numbered(Object.keys(files).length, (index) => [Object.keys(files)[index]!, null])
const rule = { '.gitattributes': '*.parquet filter=lfs diff=lfs merge=lfs -text\n', 'a.txt': 'a\n' }
const plain = { 'a.txt': 'a\n' }
const lines = (edits: Record<number, string> = {}) =>
  Array.from({ length: 30 }, (_, index) => `${edits[index] ?? `line ${index}`}\n`).join('')
function actOften(pair: Pair, side: Side, count: number, files: (index: number) => Files): void {
  for (let index = 0; index < count; index += 1) act(pair, side, files(index))
}

const eachSide = (side: Side): World[] => [
  {
    name: `30 objects from ${side}`,
    begin: rule,
    onPorts: true,
    change: (pair) => act(pair, side, objects(30, 1_000)),
  },
  {
    name: `8 objects both ways, and a text from ${side}`,
    begin: rule,
    onPorts: true,
    change: (pair) => {
      for (const from of sides) act(pair, from, objects(8, 100_000, from))
      act(pair, side, { 'a.txt': 'b\n' })
    },
  },
  {
    name: `30 binaries of 20 kB from ${side}`,
    begin: plain,
    onPorts: true,
    change: (pair) => act(pair, side, binaries(30, 20_000)),
  },
  {
    name: `15 commits from ${side}, each in a folder of its own`,
    begin: plain,
    change: (pair) => {
      actOften(pair, side, 15, (index) => ({ [`d${index}/e/f.txt`]: `${index}\n`, 'a.txt': `${index}\n` }))
    },
  },
  {
    name: `40 commits from ${side}, and one from the other side`,
    begin: plain,
    change: (pair) => {
      actOften(pair, side, 40, (index) => ({ [`d/${index}.txt`]: `${index}\n` }))
      act(pair, otherSide[side], { 'o.txt': 'o\n' })
    },
  },
  {
    name: `20 deletions from ${side}`,
    begin: manyFiles(100),
    change: (pair) => act(pair, side, deleted(manyFiles(20))),
  },
  {
    name: `a first run of 3 texts from ${side}`,
    change: (pair) => act(pair, side, { 'README.md': '# Corpus\n', 'a.txt': 'a\n', 'd/b.txt': 'b\n' }),
  },
  {
    name: `a first run of 15 commits from ${side}`,
    change: (pair) => {
      actOften(pair, side, 15, (index) => ({ [`d/${index}.txt`]: `${index}\n` }))
    },
  },
  {
    name: `a first run of 1,500 commits from ${side}`,
    change: (pair) => {
      actOften(pair, side, 1_500, (index) => ({ [`d/${index % 30}.txt`]: `${index}\n` }))
    },
  },
  {
    name: `a first run of 8 objects from ${side}`,
    onPorts: true,
    change: (pair) => act(pair, side, { ...rule, ...objects(8, 50_000) }),
  },
  {
    name: `30 renames on ${side}, one way`,
    begin: texts('x', 30),
    argv: [`--to=${otherSide[side]}`],
    change: (pair) =>
      act(pair, side, {
        ...deleted(texts('x', 30)),
        ...numbered(30, (index) => [`moved/${index}.txt`, `x ${index}\n`]),
      }),
  },
  {
    name: `a pull request of 30 texts from ${side}`,
    begin: plain,
    argv: [`--pull-request=${otherSide[side]}`],
    change: (pair) => act(pair, side, texts(side, 30)),
  },
  { name: `300 objects from ${side}`, begin: rule, change: (pair) => act(pair, side, objects(300, 100)) },
  {
    name: `an undo of 30 texts from ${side}`,
    begin: plain,
    argv: ['--undo'],
    change: async (pair) => {
      act(pair, side, texts(side, 30))
      expect((await pair.run()).exitCode).toBe(0)
    },
  },
  {
    name: `a new base from ${side}`,
    argv: [`--init=${side}`, '--allow-delete'],
    change: (pair) => {
      act(pair, 'github', manyFiles(40))
      act(pair, 'huggingface', { ...manyFiles(60), 'data/0/0.csv': 'another\n' })
    },
  },
  {
    name: `equal contents that nothing joins, and a text more on ${side}`,
    change: (pair) => {
      for (const one of sides) act(pair, one, manyFiles(40))
      act(pair, side, { 'more.txt': 'more\n' })
    },
  },
]

const worlds: World[] = [
  ...sides.flatMap(eachSide),
  {
    name: '30 plain images that the Hub takes as objects',
    begin: rule,
    onPorts: true,
    change: (pair) =>
      act(
        pair,
        'github',
        numbered(30, (index) => [`p/${index}.png`, randomBytes(1_000)]),
      ),
  },
  {
    name: 'an object in the older of two commits',
    begin: rule,
    onPorts: true,
    change: (pair) => {
      act(pair, 'huggingface', { 'one.parquet': { lfs: randomBytes(500_000) } })
      act(pair, 'huggingface', { 'a.txt': 'b\n' })
    },
  },
  {
    name: '5 Parquet files that are plain on GitHub',
    begin: plain,
    onPorts: true,
    change: (pair) =>
      act(
        pair,
        'github',
        numbered(5, (index) => [`${index}.parquet`, randomBytes(200_000)]),
      ),
  },
  {
    name: '5 Parquet objects that are plain files on GitHub',
    begin: plain,
    onPorts: true,
    change: (pair) => act(pair, 'huggingface', objects(5, 200_000)),
  },
  {
    name: 'a first run of 5 Parquet files that are plain on GitHub',
    onPorts: true,
    change: (pair) =>
      act(pair, 'github', { ...plain, ...numbered(5, (index) => [`${index}.parquet`, randomBytes(200_000)]) }),
  },
  {
    name: '33 objects that are plain files on GitHub, in three pushes',
    begin: plain,
    change: (pair) => act(pair, 'huggingface', objects(33, 1_000_000)),
  },
  {
    name: '300 texts each way',
    begin: plain,
    change: (pair) => {
      for (const side of sides) act(pair, side, texts(side, 300))
    },
  },
  {
    name: 'a commit that the Hub takes in parts',
    begin: plain,
    change: (pair) => act(pair, 'github', texts('github', 2_600)),
  },
  {
    name: '5 texts of 300 kB each way',
    begin: plain,
    change: (pair) => {
      for (const side of sides)
        act(
          pair,
          side,
          numbered(5, (index) => [`${side}/${index}.txt`, `${side}${index}`.repeat(40_000)]),
        )
    },
  },
  {
    name: '20 merged texts',
    begin: numbered(20, (index) => [`${index}.txt`, lines()]),
    change: (pair) => {
      for (const side of sides)
        act(
          pair,
          side,
          numbered(20, (index) => [`${index}.txt`, lines({ [side === 'github' ? 2 : 20]: side })]),
        )
    },
  },
  {
    name: 'two unrelated repositories that are joined',
    argv: ['--init=union'],
    change: (pair) => {
      for (const side of sides) act(pair, side, texts(side, 40))
    },
  },
  {
    name: '16 binaries of 2.1 MB from huggingface, of which three come with one request',
    begin: plain,
    change: (pair) => act(pair, 'huggingface', binaries(16, 2_100_000)),
  },
  {
    name: '100 texts that GitHub had once',
    begin: plain,
    change: (pair) => {
      act(pair, 'github', texts('old', 100))
      act(pair, 'github', deleted(texts('old', 100)))
      act(pair, 'huggingface', texts('old', 100))
    },
  },
  {
    name: '120 pictures whose blobs an earlier run has left on GitHub',
    begin: plain,
    change: async (pair) => {
      act(pair, 'huggingface', pictures(120))
      pair.github.switches.pushes = 'no branch'
      pair.github.faults.push({
        on: ({ url, method }) => url.endsWith('/git/commits') && method === 'POST',
        when: 'before',
        act: { status: 503 },
        times: 99,
      })
      expect((await pair.run()).exitCode).toBe(1)
      pair.github.faults.length = 0
      pair.github.switches.pushes = 'taken'
    },
  },
  {
    name: 'a branch that the Hub lacks',
    begin: manyFiles(10),
    argv: ['--branch=next'],
    change: (pair) => {
      pair.github.forcePush('next', pair.github.head('main'))
      pair.github.commit('next', { files: { 'n.txt': 'n\n' }, message: 'Next', author: bob })
    },
  },
]

test.each(chooseScenarios(true, 300))(
  'the plan tells the requests of a run within a fifth, and each byte once: $name',
  async (scenario) => expectCost(await startScenario(scenario)),
)

test.each(worlds)('the same of $name', async ({ begin, change, onPorts, argv }) => {
  const pair = onPorts ? await servePair() : startPair()
  if (begin) await beginMirror(pair, begin)
  await change(pair)
  await expectCost(pair, argv)
})
