/**
 * The rules for what people read: texts, links, the lock file, workflows, comments, and that the papers agree with the
 * program.
 */
import { dirname, join, normalize } from 'node:path/posix'
import { readAnchors } from '../docs/markdown.ts'
import { collectMessages, compareMessages, readRows } from './messages.ts'
import { rooms, type Files, type Rule } from './rules.ts'
import { listStrings } from './source.ts'
import { flag, matches, otherCommand, otherVariables, readHelp, variable } from './words.ts'

const eachText =
  (has: (path: string) => boolean, find: (text: string, path: string, files: Files) => Iterable<string>): Rule =>
  (files) =>
    [...files].flatMap(([path, text]) =>
      has(path) ? [...new Set(find(text, path, files))].map((what) => `${path} ${what}`) : [],
    )

const form = (...pieces: string[]) => new RegExp(pieces.join(''), 'g')

// In pieces, so that this file does not say what it forbids.
const unfinished = form('\\b(?:TO', 'DO|FIX', 'ME|XX', 'X)\\b')
const machinePath = form('(?<![\\w.$}/-])/(?:wo', 'rk|ro', 'ot|tm', 'p/bash\\w*)/')
const registryHost = form(
  '\\b(?:registry\\.[\\w-]+|npm\\.pkg|(?:files\\.)?py',
  'pi|files\\.python',
  'hosted|proxy\\.go',
  'lang|static\\.cra',
  'tes|rub',
  'ygems)\\.(?:org|com|io|dev)\\b|\\barti',
  'factory\\b',
)

/** The hashes of a lock file can spell anything. */
export const nothingIsUnfinished = eachText(
  (path) => path !== 'package-lock.json',
  (text) => matches(text, unfinished).map((word) => `says "${word}": do it, or file it`),
)

export const noMachinePaths = eachText(
  () => true,
  (text) => matches(text, machinePath).map((what) => `says "${what}": a path of one machine`),
)

export const noRegistryHosts = eachText(
  () => true,
  (text) =>
    matches(text, registryHost).map((what) => `says "${what}": where packages come from is each machine's own affair`),
)

interface Package {
  readonly engines?: { readonly node?: string }
  readonly dependencies?: object
  readonly devDependencies?: object
}
interface Lock {
  readonly packages?: Readonly<
    Record<string, Package & { readonly version?: string; readonly resolved?: string; readonly integrity?: string }>
  >
}

const parseJson = (text: string | undefined): unknown => JSON.parse(text ?? '{}')

export const packageIsExact: Rule = (files) => {
  const own = parseJson(files.get('package.json')) as Package
  const { packages = {} } = parseJson(files.get('package-lock.json')) as Lock
  const list = ({ dependencies = {}, devDependencies = {} }: Package) => JSON.stringify([dependencies, devDependencies])
  const found = own.engines?.node === '>=20.19' ? [] : ['package.json does not ask for node ">=20.19" in engines']
  if (list(own) !== list(packages[''] ?? {}))
    found.push('package-lock.json locks other dependencies than package.json names: run npm install')
  for (const [path, { version, resolved, integrity }] of Object.entries(packages)) {
    if (path === '') continue
    if (resolved !== undefined)
      found.push(`package-lock.json says where ${path} comes from: .npmrc has omit-lockfile-registry-resolved for that`)
    if (!version || !integrity) found.push(`package-lock.json does not pin ${path} by version and integrity`)
  }
  return found
}

const partsPage = '.github/decisions/0060-what-it-is-made-of.md'

/** The first column of the tables of that page, which says why each package is there. */
export const packagesHaveReasons: Rule = (files) => {
  const { dependencies = {}, devDependencies = {} } = parseJson(files.get('package.json')) as Package
  const cells = (files.get(partsPage) ?? '').matchAll(/^\| (`.*?) \|/gm)
  const told = [...cells].flatMap(([, cell]) => [...cell!.matchAll(/`([^`]+)`/g)].map(([, name]) => name!))
  const used = Object.keys({ ...dependencies, ...devDependencies })
  return [
    ...used.filter((name) => !told.includes(name)).map((name) => `${partsPage} does not say what ${name} is for`),
    ...told.filter((name) => !used.includes(name)).map((name) => `${partsPage} tells of ${name}, which is not used`),
  ]
}

const isWorkflow = (path: string) => /^\.github\/(?:workflows|actions)\/.*\.ya?ml$/.test(path)

/** What people fill in who copy a workflow counts as a pin. */
export const actionsArePinned = eachText(isWorkflow, (text) =>
  [...text.matchAll(/^\s*(?:-\s+)?uses:\s*(.*)$/gm)]
    .map(([, what]) => what!.trim())
    .filter(
      (what) =>
        !/^(?:\.\/\S+|OWNER\/hubmirror\/\S+@COMMIT|[\w-]+(?:\/[\w.-]+)+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$/.test(what),
    )
    .map((what) => `uses ${what}: pin it by its commit id, with the version in a comment`),
)

export const workflowsAreBounded = eachText(
  (path) => path.startsWith('.github/workflows/'),
  (text) => [
    ...(text.includes('\npermissions:') ? [] : ['names no permissions']),
    ...text
      .split(/^ {2}(?=[\w-]+:$)/m)
      .filter((job) => /^ {4}runs-on:/m.test(job) && !/^ {4}timeout-minutes:/m.test(job))
      .map((job) => `bounds job ${job.split(':')[0]} by no timeout-minutes`),
  ],
)

/** Links in running text, to a file or to a heading; what stands in code is an example. */
export const linksLead = eachText(
  (path) => path.endsWith('.md'),
  (text, path, files) => {
    const prose = text
      .replace(/^(```|~~~)[\s\S]*?^\1/gm, '')
      .replace(/`[^`\n]*`/g, (code) => (code.includes('](') ? '' : code))
    const isThere = (target: string) =>
      files.has(target) || [...files.keys()].some((file) => file.startsWith(`${target.replace(/\/$/, '')}/`))
    return [...prose.matchAll(/\]\(([^)\s]+)[^)]*\)/g)].flatMap(([, link]) => {
      if (/^[a-z]+:/.test(link!)) return []
      const [file, anchor] = decodeURI(link!).split('#') as [string, string?]
      const target = file === '' ? path : normalize(join(dirname(path), file))
      if (!isThere(target)) return [`links to ${link}: there is no such file`]
      const isHeading = !target.endsWith('.md') || anchor === undefined || readAnchors(files.get(target)!).has(anchor)
      return isHeading ? [] : [`links to ${link}: there is no such heading`]
    })
  },
)

/** Where all options are listed. */
export const readmeNamesTheFlags: Rule = (files) => {
  const readme = files.get('README.md')
  if (readme === undefined) return ['README.md does not exist']
  const help = readHelp(files)
  if (help === undefined) return ['lib/cli/help.ts exports no help']
  const named = new Set(matches(readme.replace(otherCommand, ''), flag))
  return [...new Set(matches(help, flag))]
    .filter((name) => !named.has(name))
    .map((name) => `README.md does not name ${name}, which --help does`)
}

/**
 * Whoever is told to use a flag or to set a variable finds it in --help, and every one that --help names is read by the
 * program.
 */
export const messagesNameWhatExists: Rule = (files) => {
  const help = readHelp(files)
  if (help === undefined) return ['lib/cli/help.ts exports no help']
  const named = new Set([...matches(help, flag), ...matches(help, variable)])
  const strings = [...files].flatMap(([path, text]) =>
    /^(?:sync|lib\/.*)\.ts$/.test(path)
      ? listStrings(text)
          .filter((each) => !each.includes(help))
          .map((each) => [path, each] as const)
      : [],
  )
  const code = [...files]
    .filter(([path]) => /^(?:sync|lib\/.*)\.ts$/.test(path))
    .map(([, text]) => text.replace(help, ''))
    .join('\n')
  const isRead = (name: string) =>
    name.startsWith('--')
      ? new RegExp(`[{,\\s]'?${name.slice(2)}'?: \\{ type: '(?:boolean|string)'`).test(code)
      : new RegExp(`(?:'${name}'|env\\.${name}\\b)`).test(code)
  return [
    ...strings.flatMap(([path, each]) =>
      [
        ...matches(each.replaceAll(/\\`/g, '`').replace(otherCommand, ''), flag),
        ...matches(each, variable).filter((name) => !otherVariables.has(name)),
      ]
        .filter((name) => !named.has(name))
        .map((name) => `${path} tells people of ${name}, which --help does not name`),
    ),
    ...[...named]
      .filter((name) => !isRead(name) && !otherVariables.has(name))
      .map((name) => `lib/cli/help.ts names ${name} in --help, and nothing reads it`),
  ]
}

/** Whoever searches for what the program said finds it, with what to do. */
export const messagesAreInTheTable: Rule = (files) =>
  compareMessages(collectMessages(files), readRows(files.get('.github/messages.md') ?? ''))

/** What people are told to run is what CI runs. */
export const testCommand = 'npm ci && npm test'

export const ciRunsWhatReadmeSays: Rule = (files) =>
  ['README.md', '.ci/run']
    .filter((path) => !files.get(path)?.includes(testCommand))
    .map((path) => `${path} does not say "${testCommand}"`)

/** The table of rooms in `lib/README.md` is the one that is enforced. */
export const readmeDrawsTheRooms: Rule = (files) => {
  const drawn = new Map(
    [...(files.get('lib/README.md') ?? '').matchAll(/^\| (`.*?\/`) +\| .*? \| ([a-z, -]+?) +\|$/gm)].flatMap(
      ([, names, list]) =>
        matches(names!, /[\w-]+(?=\/)/g).map((room) => [room, list === 'nothing' ? [] : list!.split(', ')] as const),
    ),
  )
  const differ = (room: string) => drawn.get(room)?.toSorted().join() !== rooms[room]?.imports.toSorted().join()
  return [...new Set([...drawn.keys(), ...Object.keys(rooms)])]
    .filter(differ)
    .map((room) => `lib/README.md draws ${room}/ otherwise than test/house/rules.ts`)
}

/** So that a stranger learns from the place itself what a function or a class is for. */
export const exportsAreExplained = eachText(
  (path) => path.startsWith('lib/') && path.endsWith('.ts'),
  (text) =>
    [...text.matchAll(/^export (?:async )?(?:function\*? |class |const (?=\w+ = (?:async )?(?:\(|<|\w+ =>)))(\w+)/gm)]
      .filter(({ index }) => !text.slice(0, index).endsWith('*/\n'))
      .map(([, name]) => `exports ${name} without a comment on what it is, right above it`),
)

/**
 * The formatter breaks code at 120 columns, and leaves strings and regular expressions as long as they are. `lib/page/`
 * writes HTML, in which every line break would be sent.
 */
const columnsMax = 140

export const linesAreShort = eachText(
  (path) => /^(?:sync|lib\/(?!page\/).*)\.ts$/.test(path),
  (text) =>
    text
      .split('\n')
      .flatMap((line, index) =>
        [...line].length > columnsMax ? [`has ${[...line].length} columns in line ${index + 1}: break the string`] : [],
      ),
)

/** Where imports are sorted, a comment on the file that stood above one of them may go along with it. */
export const commentsStandAboveImports = eachText(
  (path) => path.endsWith('.ts'),
  (text) =>
    matches(text, /^import\b[^'"`;/]*['"][^'"]+['"]\n(?=\/\*\*)(?=[^]*?\*\/\nimport\b)/gm)
      .slice(0, 1)
      .map(() => 'has a comment among its imports: what is said of the file stands above them'),
)
