/** What the commands of a page find: pairs of repositories, and what people do to them. */
import type { Side } from '../../lib/model/sides.ts'
import { writeParquet } from '../facts/samples.ts'
import { VirtualClock } from '../hubs/hub.ts'
import { Request } from '../hubs/message.ts'
import { copyPair, startPair, type Pair, type PairOptions } from '../hubs/pair.ts'
import type { Files } from '../run/mirror-setup.ts'

const people = { github: { name: 'Bob', email: 'bob@example.org' }, huggingface: { name: 'alice' } }

/** Somebody's commit, two hours after what happened before. */
function commit(pair: Pair, side: Side, files: Files, message: string): void {
  if (pair.clock instanceof VirtualClock) pair.clock.pass(2 * 3_600_000)
  const date = new Date(pair.clock.now())
  if (side === 'github')
    pair.github.commit('main', { files, message, author: { ...people.github, date: date.toISOString() } })
  else pair.huggingface.commit('main', { files, message, user: people.huggingface.name, date })
}

const card = (text: string) => `---\nlicense: mit\n---\n# Corpus\n\n${text}\n`
const table = (rows: number) =>
  `id,text\n${Array.from({ length: rows }, (_, index) => `${index + 1},sentence ${index + 1}\n`).join('')}`
const corpus: Files = { 'README.md': card('Ten sentences.'), 'data/test.csv': table(3), 'data/train.csv': table(10) }

/** A table of so many rows that says the same in each. */
const parquet = (rows: number) => ({
  lfs: Buffer.from(
    writeParquet({
      columnData: [
        { name: 'id', data: Array.from({ length: rows }, (_, index) => index), type: 'INT32' },
        { name: 'text', data: Array.from({ length: rows }, () => 'a sentence'), type: 'STRING' },
      ],
    }),
  ),
})

/** What people do between two blocks. */
export const events: Readonly<Record<string, (pair: Pair) => void>> = {
  'both edit one line': (pair) => {
    commit(pair, 'github', { 'README.md': card('Ten sentences, in English.') }, 'Say which language it is')
    commit(pair, 'huggingface', { 'README.md': card('Twelve sentences.'), 'data/train.csv': table(12) }, 'Add two rows')
  },
  'the Hub gets rows': (pair) => {
    commit(pair, 'huggingface', { 'data/train.csv': table(12) }, 'Add two rows')
  },
  'the Hub gets a shard': (pair) => {
    commit(pair, 'huggingface', { 'data/train-2.parquet': parquet(40_000) }, 'Add a shard')
  },
  'GitHub edits the card': (pair) => {
    commit(pair, 'github', { 'README.md': card('Ten sentences, in English.') }, 'Say which language it is')
  },
  'the Hub is emptied': (pair) => {
    const gone = Object.fromEntries([...pair.huggingface.files('main').keys()].map((path) => [path, null]))
    commit(pair, 'huggingface', gone, 'Delete everything')
  },
  'GitHub tags a version': (pair) => {
    pair.github.tag('v1.0', pair.github.head('main')!, 'The first version')
  },
  'the Space is edited': (pair) => {
    const page = pair.huggingface.files('main').get('README.md')!.content.toString('utf8')
    commit(pair, 'huggingface', { 'README.md': `${page}\nTry it.\n` }, 'Invite people')
  },
}

async function mirrored(files: Files, options: PairOptions = {}): Promise<Pair> {
  const pair = startPair(options)
  commit(pair, 'github', files, 'Add the corpus')
  await pair.run()
  return pair
}

/** Both sides hold the corpus, mirrored once. */
let both: Promise<Pair> | null = null
const after =
  (...names: string[]) =>
  async (): Promise<Pair> => {
    const pair = copyPair(await (both ??= mirrored(corpus)))
    for (const name of names) events[name]!(pair)
    return pair
  }

/** One side has files, and the other one is new. */
const begun =
  (side: Side, files: Files, options: PairOptions = {}) =>
  (): Pair => {
    const pair = startPair(options)
    commit(pair, side, files, 'Begin')
    return pair
  }

/** Pairs, as they are before the first command of a block. */
export const worlds: Readonly<Record<string, () => Pair | Promise<Pair>>> = {
  'mirrored': after(),
  'moved': after('the Hub gets rows', 'GitHub edits the card'),
  'conflict': after('both edit one line'),
  'emptied': after('the Hub is emptied'),
  'new': begun('huggingface', corpus),
  'missing': begun('github', corpus, { huggingface: { missing: true } }),
  'private Hub': begun('huggingface', corpus, { huggingface: { private: true } }),
  'large': begun('huggingface', { 'README.md': card('Many.'), 'data/train-1.parquet': parquet(60_000) }),
  'untidy': begun('github', {
    ...corpus,
    'clean.log': 'row 3 is odd\n',
    'scratch/a.txt': 'try\n',
    '.env': 'KEY=1\n',
    '.mirrorignore': 'scratch/\n',
  }),
  'monorepo': begun(
    'github',
    {
      'README.md': '# Everything\n',
      'src/clean.py': 'print()\n',
      'docs/HF.md': card('Ten sentences.'),
      'data/corpus/README.md': card('Ten sentences.'),
      'data/corpus/train.csv': table(10),
    },
    { github: { name: 'acme/mono' } },
  ),
  'two pairs': () => {
    const pair = worlds['monorepo']!() as Pair
    commit(pair, 'github', { 'models/large/config.json': '{"layers": 12}\n' }, 'Add a model')
    const model = startPair({ huggingface: { id: 'models/acme/model' } })
    const answer = (request: Request) => (/acme\/model\b/.test(request.url) ? model : pair).network.fetch!(request)
    return { ...pair, network: { ...pair.network, fetch: (input, init) => answer(new Request(input, init)) } }
  },
  'branches': async () => {
    const pair = await after()()
    const files = { 'README.md': card('Not yet ready.') }
    pair.github.commit('dev', { files, message: 'Prepare version 2', parents: [pair.github.head('main')!] })
    return pair
  },
  'space': begun(
    'github',
    { 'README.md': '# Demo\n', 'index.html': '<h1>Demo</h1>\n' },
    { github: { name: 'acme/demo' }, huggingface: { id: 'spaces/acme/demo' } },
  ),
  'different': () => {
    const pair = startPair()
    commit(pair, 'github', { ...corpus, 'README.md': '# Corpus\n', 'clean.py': 'print()\n' }, 'Clean the corpus')
    commit(pair, 'huggingface', corpus, 'Add the corpus')
    return pair
  },
}
