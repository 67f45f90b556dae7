/** The rules of the house, as functions of file texts, so that a planted violation needs no file. */
import { dirname, join, normalize } from 'node:path/posix'
import { listStrings, stripComments, stripWords } from './source.ts'

/** Path from the root, such as `lib/http/http.ts`, to the file's text; binary files have an empty one. */
export type Files = ReadonlyMap<string, string>

/** Names every violation, each message beginning with the path. */
export type Rule = (files: Files) => string[]

interface Room {
  readonly pure: boolean
  readonly imports: readonly string[]
}

/**
 * The plan of the house: each folder of `lib/`, what it may import besides itself, and whether it runs without any
 * input or output. `sync.ts` may import all.
 */
export const rooms: Readonly<Record<string, Room>> = {
  'model': { pure: true, imports: [] },
  'text': { pure: true, imports: ['model'] },
  'gitattributes': { pure: true, imports: ['model'] },
  'view': { pure: true, imports: ['model', 'gitattributes'] },
  'merge': { pure: true, imports: ['model', 'text', 'gitattributes'] },
  'history': { pure: true, imports: ['model'] },
  'plan': { pure: true, imports: ['model', 'view', 'merge', 'history'] },
  'facts': { pure: true, imports: ['model'] },
  'report': { pure: true, imports: ['model', 'text', 'merge', 'plan', 'facts'] },
  'page': { pure: true, imports: ['model', 'text', 'merge', 'plan', 'facts', 'report'] },
  'xet': { pure: true, imports: ['model'] },
  'async': { pure: false, imports: [] },
  'planner': { pure: false, imports: ['model', 'text', 'gitattributes', 'view', 'merge', 'history', 'plan', 'async'] },
  'inspect': { pure: false, imports: ['model', 'text', 'merge', 'plan', 'facts', 'planner', 'async'] },
  'run': { pure: false, imports: ['model', 'view', 'plan', 'facts', 'planner', 'inspect', 'async'] },
  'lens': { pure: false, imports: ['model', 'view', 'gitattributes', 'async'] },
  'http': { pure: false, imports: ['model', 'async'] },
  'lfs': { pure: false, imports: ['model', 'async', 'http'] },
  'git-wire': { pure: false, imports: ['model', 'http'] },
  'github': { pure: false, imports: ['model', 'async', 'gitattributes', 'http', 'lfs', 'git-wire'] },
  'huggingface': { pure: false, imports: ['model', 'async', 'gitattributes', 'http', 'lfs', 'git-wire'] },
  'cli': {
    pure: false,
    imports: 'model view merge plan facts report page run lens http github huggingface'.split(' '),
  },
}

const roomOf = (path: string) => /^lib\/([^/]+)\//.exec(path)?.[1] ?? null

const ioWord = new RegExp(
  [
    /\b(?:async|await|Promise|fetch|process|console|performance|globalThis|queueMicrotask)\b/,
    /\bset(?:Timeout|Interval|Immediate)\b/,
    /\bDate\.now\b/,
    /\bnew Date\(\)/,
    /\bMath\.random\b/,
    /\brandom(?:UUID|Bytes|Int)\b/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'g',
)
const ioModule =
  /^node:(?:fs|https?|http2|net|tls|dns|dgram|child_process|worker_threads|timers|process|console|os)(?:\/|$)/
/** What the network is reached with. Only http.ts uses it. */
const door = 'exchange node-client no-proxy proxies proxy public-lookup'.split(' ').map((name) => `lib/http/${name}.ts`)
const networkModule = /^(?:node:(?:https?|http2|net|tls|dgram)|undici|axios|ws|node-fetch|got)$/

const importForm =
  /^(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]|^import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm

/** Types included. Relative ones as paths from the root. */
function parseImports(path: string, text: string): string[] {
  return [...stripComments(text).matchAll(importForm)].map((found) => {
    const name = (found[1] ?? found[2] ?? found[3])!
    return name.startsWith('.') ? normalize(join(dirname(path), name)) : name
  })
}

type Graph = ReadonlyMap<string, readonly string[]>

function buildGraph(files: Files): Graph {
  return new Map(
    [...files].filter(([path]) => path.endsWith('.ts')).map(([path, text]) => [path, parseImports(path, text)]),
  )
}

const isCode = (path: string) => path === 'sync.ts' || (path.startsWith('lib/') && path.endsWith('.ts'))
const isPure = (path: string) => isCode(path) && rooms[roomOf(path) ?? '']?.pure === true

const eachFile =
  (has: (path: string) => boolean, find: (path: string, text: string) => Iterable<string>): Rule =>
  (files) =>
    [...files].flatMap(([path, text]) =>
      has(path) ? [...new Set(find(path, text))].map((what) => `${path} ${what}`) : [],
    )

const eachImport = (find: (path: string, name: string) => string | null): Rule =>
  eachFile(isCode, (path, text) => parseImports(path, text).flatMap((name) => find(path, name) ?? []))

const matches = (text: string, form: RegExp) => [...text.matchAll(form)].map(([found]) => found)

export const everyFileHasARoom = eachFile(
  (path) => isCode(path) && path !== 'sync.ts',
  (path) =>
    !Object.hasOwn(rooms, roomOf(path) ?? '')
      ? [`stands in no room: put it into one of ${Object.keys(rooms).join(', ')}`]
      : [],
)

export const roomsImportWhatTheyMay = eachImport((path, name) => {
  const [from, to] = [roomOf(path), roomOf(name)]
  if (name === 'sync.ts') return `imports ${name}: nothing does`
  if (from === null || to === null || from === to || !name.startsWith('lib/') || rooms[from]?.imports.includes(to))
    return null
  return `imports ${name}: ${from} may import ${rooms[from]?.imports.join(', ') || 'nothing'}`
})

export const noCircles: Rule = (files) => {
  const graph = buildGraph(files)
  const done = new Set<string>()
  const found: string[] = []
  const visit = (path: string, trail: readonly string[]) => {
    const at = trail.indexOf(path)
    if (at !== -1) found.push(`${path} imports itself: ${[...trail.slice(at), path].join(' > ')}`)
    if (at !== -1 || done.has(path)) return
    for (const name of graph.get(path) ?? []) visit(name, [...trail, path])
    done.add(path)
  }
  for (const path of graph.keys()) visit(path, [])
  return found
}

const oneService: Readonly<Record<string, RegExp>> = { github: /^@octokit\//, huggingface: /^@huggingface\// }

export const clientsStayInTheirRemote = eachImport((path, name) => {
  const service = Object.keys(oneService).find((one) => oneService[one]!.test(name))
  return service && roomOf(path) !== service ? `imports ${name}: only lib/${service}/ may` : null
})

/** So that a suite without a change draws the same cases, and one variable draws others everywhere. */
export const testsDrawFromOneSeed = eachFile(
  (path) => /^test\/(?!random\.ts|live\/).*\.ts$/.test(path),
  (path, text) => [
    ...parseImports(path, text)
      .filter((name) => name === 'fast-check')
      .map(() => 'imports fast-check: take fc from test/random.ts, which sets the seed'),
    ...matches(stripWords(text), /\bMath\.random\b/g).map(
      (word) => `says "${word}": take fc or seed from test/random.ts`,
    ),
  ],
)

export const coreIsPure = eachFile(isPure, (path, text) => [
  ...matches(stripWords(text), ioWord).map((word) => `says "${word}": pure rooms are pure`),
  ...parseImports(path, text)
    .filter((name) => ioModule.test(name))
    .map((name) => `imports "${name}": pure rooms are pure`),
])

export const impureRoomsAreImpure: Rule = (files) =>
  Object.keys(rooms)
    .filter((room) => !rooms[room]!.pure)
    .flatMap((room) => {
      const own = [...files].filter(([path]) => isCode(path) && roomOf(path) === room)
      return own.length > 0 && own.every(([, text]) => stripWords(text).search(ioWord) === -1)
        ? [`lib/${room}/ is called impure and is not: say so in the table`]
        : []
    })

export const onlyHttpFetches = eachFile(
  (path) => isCode(path) && !['lib/http/http.ts', ...door].includes(path),
  (path, text) => [
    ...matches(stripWords(text), /\bglobalThis\.fetch\b|(?<![.\w#]|typeof )fetch\b(?!\??:)/g).map(
      (word) => `says "${word}": only lib/http/http.ts fetches`,
    ),
    ...parseImports(path, text)
      .filter((name) => door.includes(name) || networkModule.test(name))
      .map((name) => `imports "${name}": only lib/http/http.ts fetches`),
  ],
)

export const onlySyncSaysProcess = eachFile(
  (path) => isCode(path) && path !== 'sync.ts',
  (path, text) =>
    [
      ...matches(stripWords(text), /\b(?:process|console)\b/g),
      ...parseImports(path, text).filter((name) => /^node:(?:process|console)$/.test(name)),
    ].map((word) => `says "${word}": only sync.ts may`),
)

const lineMax = (path: string) => (path === 'sync.ts' ? 79 : 300)

export const filesAreShort = eachFile(
  (path) => /\.m?ts$|\.mjs$/.test(path),
  (path, text) => {
    const lineCount = text.split('\n').length - (text.endsWith('\n') ? 1 : 0)
    return lineCount > lineMax(path)
      ? [`has ${lineCount} lines, and ${lineMax(path)} is the most: split it by subject`]
      : []
  },
)

/** Names that pass between files: by an import, by an export, or by an import when it is needed. */
const exchangeForm =
  /\b(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]|\{[^{}'"`;]*\}\s*=\s*await import\(\s*['"]([^'"]+)['"]/g

/**
 * What a file gives away, somebody takes, and not tests alone, unless the file uses it itself: else it is dead, or
 * nobody's but its own. Types go along with what they describe.
 */
export const exportsAreUsed: Rule = (files) => {
  const taken = (by: (path: string) => boolean) =>
    new Set(
      [...files]
        .filter(([path]) => by(path))
        .flatMap(([path, text]) =>
          [...stripComments(text).matchAll(exchangeForm)].flatMap(([whole, from, needed]) =>
            (/\{([^}]*)\}/.exec(whole)?.[1] ?? '').split(',').map(
              (name) =>
                `${normalize(join(dirname(path), (from ?? needed)!))} ${
                  name
                    .trim()
                    .replace(/^type /, '')
                    .split(' as ')[0]
                }`,
            ),
          ),
        ),
    )
  const [byCode, byAll] = [taken(isCode), taken(() => true)]
  return [...files]
    .filter(([path]) => isCode(path) && path !== 'sync.ts')
    .flatMap(([path, text]) =>
      matches(text, /(?<=^export (?:async )?(?:function\*? |const |class ))\w+/gm).flatMap((name) => {
        const uses = matches(stripComments(text), new RegExp(`\\b${name}\\b`, 'g')).length
        if (byCode.has(`${path} ${name}`)) return []
        return byAll.has(`${path} ${name}`)
          ? uses > 1
            ? []
            : [`${path} exports ${name}, which tests alone use`]
          : [`${path} exports ${name}, which no other file uses`]
      }),
    )
}

export const namesAreNouns = eachFile(
  (path) => /\.m?[jt]s$/.test(path),
  (path) => {
    const name = /([^/.]*)[^/]*$/.exec(path)![1]!
    return /^(.*-)?(utils?|helpers?|types?|constants?|common|misc|index)$/.test(name)
      ? [`is called "${name}": name it after what is in it`]
      : []
  },
)

export const noBarrel = eachFile(
  (path) => path.endsWith('.ts'),
  (_, text) => {
    const code = stripComments(text)
    const rest = code.replace(/^(?:import|export)\b[^'"`;]*?\bfrom\s*['"][^'"]+['"]/gm, '')
    return /^export\s+(?:type\s+)?\*/m.test(code)
      ? ['says "export *": import a name from where it is made']
      : /\bexport\b/.test(code) && rest.trim() === ''
        ? ['is a barrel: import a name from where it is made']
        : []
  },
)

/** The rooms that decide and that carry out: whatever two services they mirror. */
const isCore = (path: string) => isPure(path) || (isCode(path) && ['planner', 'run'].includes(roomOf(path) ?? ''))

export const coreNamesNoSide = eachFile(isCore, (_, text) =>
  [
    ...matches(stripComments(text), /(['"])(?:github|huggingface)\1/g),
    ...matches(stripWords(text), /\.?\b(?:github|huggingface)\b/g),
    ...listStrings(text).flatMap((words) => matches(words, /\b(?:GitHub|Hugging Face|Hub)\b/g)),
  ].map((what) => `names a side (${what}): let the sides bring what differs as data`),
)

export const testsRun = eachFile(
  (path) => path.startsWith('test/') && path.endsWith('.ts'),
  (_, text) =>
    matches(
      stripWords(text),
      /\b(?:test|it|describe|suite)(?:\.\w+)*\.(?:only|skip|todo|fails)\b|\b(?:skipIf|runIf)\((?:true|false)\)|\bx(?:it|test|describe)\(/g,
    ).map((what) => `says "${what}": every test runs, or skips where git or git-lfs is absent`),
)
