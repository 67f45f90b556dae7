/** What a run asks of the two services, by scenario: the real command against both fake hubs, counted by the hubs. */
import type { Hub, RequestRecord } from '../hubs/hub.ts'
import { servePair, startPair, type Pair } from '../hubs/pair.ts'
import { act, beginMirror, expectInSync, pictures, pushToBoth, type Files } from '../run/mirror-setup.ts'
import type { Checked } from './bounds.ts'
import type { Figure, Row, Section } from './table.ts'

interface Counted {
  readonly requests: number
  readonly writes: number
  readonly downloaded: number
  readonly uploaded: number
  readonly fromStorage: number
  readonly toStorage: number
}
type Limit = { readonly of: keyof Counted; readonly limit: number }

/**
 * `begin` is on both sides already: mirrored since it was pushed to both as one commit, or copied where the Hub has
 * rules of its own (`ownRules`); `change` is what people do before the run. `null`: both are empty.
 */
export interface Scenario {
  readonly name: string
  readonly begin: Files | null
  readonly change: (pair: Pair) => void
  readonly limits: readonly Limit[]
  readonly onPorts?: true
  readonly ownRules?: true
}

const corpus: Files = {
  'README.md': '# Corpus\n\none\n\ntwo\n\nthree\n',
  'data/a.csv': 'a\n1\n',
  '.gitattributes': '*.parquet filter=lfs diff=lfs merge=lfs -text\n',
}
const objectByteLength = 20_000_000
/** What is read of a data file for the plan, beside the file itself. */
const lookByteLength = 8_192
const [tableCount, tableByteLength, commitCount] = [5, 3_000_000, 1_500]

export function manyFiles(count: number, folder = 'data'): Files {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`${folder}/${index % 40}/${index}.csv`, `${folder} ${index}\n`]),
  )
}

/** `texts`: how many the last two bring. */
export function chooseScenarios(short: boolean, texts = 2_000): Scenario[] {
  const [some, many] = [manyFiles(short ? 200 : 2_000, 'old'), manyFiles(texts)]
  const object = { 'data/one.parquet': { lfs: Buffer.alloc(objectByteLength, 'parquet') } }
  const onceEach: Limit[] = [
    { of: 'fromStorage', limit: objectByteLength + lookByteLength },
    { of: 'toStorage', limit: objectByteLength },
  ]
  return [
    { name: 'nothing to do', begin: { ...corpus, ...some }, change: () => {}, limits: [{ of: 'requests', limit: 2 }] },
    {
      name: 'one text, GitHub -> Hub',
      begin: { ...corpus, ...some },
      change: (pair) => act(pair, 'github', { 'README.md': 'changed\n' }),
      limits: [{ of: 'requests', limit: 12 }],
    },
    {
      name: 'one text, Hub -> GitHub',
      begin: { ...corpus, ...some },
      change: (pair) => act(pair, 'huggingface', { 'README.md': 'changed\n' }),
      limits: [{ of: 'requests', limit: 12 }],
    },
    {
      name: 'one text on both sides',
      begin: { ...corpus, ...some },
      limits: [{ of: 'requests', limit: 20 }],
      change: (pair) => {
        act(pair, 'github', { 'README.md': '# The corpus\n\none\n\ntwo\n\nthree\n' })
        act(pair, 'huggingface', { 'README.md': '# Corpus\n\none\n\ntwo\n\nfour\n' })
      },
    },
    {
      name: 'one 20 MB object, GitHub -> Hub',
      begin: corpus,
      change: (pair) => act(pair, 'github', object),
      limits: onceEach,
      onPorts: true,
    },
    {
      name: 'one 20 MB object, Hub -> GitHub',
      begin: corpus,
      change: (pair) => act(pair, 'huggingface', object),
      limits: onceEach,
      onPorts: true,
    },
    {
      name: '2,000 texts, GitHub -> Hub',
      begin: corpus,
      change: (pair) => act(pair, 'github', many),
      limits: [{ of: 'requests', limit: 25 }],
    },
    {
      name: '2,000 texts, Hub -> GitHub',
      begin: corpus,
      change: (pair) => act(pair, 'huggingface', many),
      limits: [
        { of: 'requests', limit: 45 },
        { of: 'writes', limit: 12 },
      ],
    },
    {
      name: '600 pictures, GitHub -> Hub',
      begin: corpus,
      ownRules: true,
      change: (pair) => act(pair, 'github', pictures(600)),
      limits: [{ of: 'requests', limit: 660 }],
    },
    {
      name: '600 pictures, Hub -> GitHub',
      begin: corpus,
      ownRules: true,
      change: (pair) => act(pair, 'huggingface', pictures(600)),
      limits: [{ of: 'writes', limit: 12 }],
    },
  ]
}

/**
 * Counted like the others. What a dry run says of them is not held to the truth: files that stop being objects are sent
 * as base64, a third longer than they are; objects that GitHub has as plain files are known by their bytes alone; and a
 * first run into an empty side is told as dearer than it is.
 */
function chooseUntold(): Scenario[] {
  return [
    {
      name: '5 Parquet files of 3 MB, plain on GitHub, Hub -> GitHub',
      begin: { 'README.md': '# Corpus\n' },
      ownRules: true,
      onPorts: true,
      limits: [{ of: 'fromStorage', limit: tableCount * (tableByteLength + lookByteLength) }],
      change: (pair) =>
        act(
          pair,
          'huggingface',
          Object.fromEntries(
            Array.from({ length: tableCount }, (_, index) => [
              `t/${index}.parquet`,
              { lfs: Buffer.alloc(tableByteLength, `table ${index}`) },
            ]),
          ),
        ),
    },
    {
      name: '600 pictures that GitHub had once',
      begin: corpus,
      ownRules: true,
      limits: [{ of: 'writes', limit: 30 }],
      change: (pair) => {
        act(pair, 'github', pictures(600, 'old'))
        act(pair, 'github', Object.fromEntries(Object.keys(pictures(600, 'old')).map((path) => [path, null])))
        act(pair, 'huggingface', pictures(600))
      },
    },
    {
      name: '1,500 commits into an empty Hub repository',
      begin: null,
      limits: [{ of: 'requests', limit: 20 }],
      change: (pair) => {
        for (let nth = 1; nth <= commitCount; nth++) act(pair, 'github', { 'README.md': `# Corpus, ${nth}\n` })
      },
    },
  ]
}

/** GraphQL reads and writes at one address: all of it counts as written. */
const isWrite = (method: string, url: string) =>
  method !== 'GET' &&
  method !== 'HEAD' &&
  /\/(?:repos\/.*|graphql|git-receive-pack)$|\/commit\/[^/]*$/.test(new URL(url).pathname)

const hubsOf = ({ github, huggingface }: Pair): Hub[] => [github, huggingface]
const storagesOf = ({ storages }: Pair): Hub[] => [storages.github.hub, storages.huggingface.hub]

/**
 * What a run costs, as the hubs saw it; bytes are those of bodies. `requests` leaves the storage out. Throws where it
 * did not mirror.
 */
export async function countRun(pair: Pair): Promise<Counted> {
  const before = new Map([...hubsOf(pair), ...storagesOf(pair)].map((hub) => [hub, hub.requests.length]))
  const seen = (hubs: readonly Hub[]) => hubs.flatMap((hub) => hub.requests.slice(before.get(hub)))
  const { exitCode, out, err } = await pair.run()
  const [asked, stored] = [seen(hubsOf(pair)), seen(storagesOf(pair))]
  if (exitCode !== 0) throw new Error(`The run ended with ${exitCode}:\n${out}${err}`)
  await expectInSync(pair)
  const sum = (records: readonly RequestRecord[], field: 'uploadedBytes' | 'downloadedBytes') =>
    records.reduce((total, record) => total + record[field], 0)
  return {
    requests: asked.length,
    writes: asked.filter(({ method, url }) => isWrite(method, url)).length,
    downloaded: sum(asked, 'downloadedBytes'),
    uploaded: sum(asked, 'uploadedBytes'),
    fromStorage: sum(stored, 'downloadedBytes'),
    toStorage: sum(stored, 'uploadedBytes'),
  }
}

const unitOf = (of: keyof Counted): Figure['unit'] => (of === 'requests' || of === 'writes' ? 'requests' : 'bytes')

/** Both sides as they are before the run. */
export async function startScenario({
  begin,
  change,
  onPorts,
  ownRules,
}: Pick<Scenario, 'begin' | 'change' | 'onPorts' | 'ownRules'>): Promise<Pair> {
  const pair = onPorts ? await servePair() : startPair()
  if (begin !== null && ownRules) await beginMirror(pair, begin)
  else if (begin !== null) {
    // The first run over a commit that both sides share also asks who can see them; what is measured is an everyday
    // one.
    pushToBoth(pair, begin)
    act(pair, 'github', { 'begun.txt': 'begun\n' })
    await pair.run()
  }
  change(pair)
  return pair
}

export async function measureRequests(short: boolean): Promise<{ section: Section; checked: Checked[] }> {
  const rows: Row[] = []
  const checked: Checked[] = []
  for (const { name, limits, ...scenario } of [...chooseScenarios(short), ...chooseUntold()]) {
    const pair = await startScenario(scenario)
    const counted = await countRun(pair)
    await pair.close()
    const figure = (of: keyof Counted): Figure => ({ value: counted[of], unit: unitOf(of) })
    rows.push({
      name,
      cells: Object.fromEntries((Object.keys(counted) as (keyof Counted)[]).map((of) => [of, figure(of)])),
    })
    checked.push(
      ...limits.map(({ of, limit }): Checked => ({ name: `${name}: ${of}`, sense: 'most', limit, figure: figure(of) })),
    )
  }
  return {
    section: {
      title: 'requests and bytes of a run',
      columns: ['requests', 'writes', 'downloaded', 'uploaded', 'fromStorage', 'toStorage'],
      rows,
    },
    checked,
  }
}
